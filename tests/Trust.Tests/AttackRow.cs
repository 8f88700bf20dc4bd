namespace Warren.Trust.Tests;

/// <summary>What somebody may try who is not of the cluster, or is no more of it than a worker. Each is tried by a test with <see cref="AttackAttribute"/>.</summary>
internal enum AttackRow
{
    /// <summary>A token that names another authority than the manager's.</summary>
    WrongDigest,

    /// <summary>A token whose time is over.</summary>
    ExpiredToken,

    /// <summary>A token that was revoked.</summary>
    RevokedToken,

    /// <summary>A token that as many have joined by as may.</summary>
    UsedUpToken,

    /// <summary>A token with a secret that is guessed.</summary>
    GuessedToken,

    /// <summary>Somebody between machine and manager, with an authority of his own.</summary>
    BetweenWithAnotherAuthority,

    /// <summary>Somebody between, who shows the right authority's certificate and has none of it.</summary>
    BetweenWithTheRightAuthority,

    /// <summary>Somebody between, who has a worker's certificate.</summary>
    BetweenWithAWorkersCertificate,

    /// <summary>Somebody between, who has stolen a manager's key and puts another signing request in place of the machine's.</summary>
    BetweenWithAnotherRequest,

    /// <summary>Somebody between, who passes on all bytes but changes one.</summary>
    BetweenWithAChangedByte,

    /// <summary>A worker's certificate, at all methods of all grains.</summary>
    WorkersCertificate,

    /// <summary>A client's certificate, at all methods of all grains.</summary>
    ClientsCertificate,

    /// <summary>A certificate of another cluster.</summary>
    AnotherClustersCertificate,

    /// <summary>A join request that was heard, sent again.</summary>
    ReplayedRequest,

    /// <summary>The same under another node id.</summary>
    ReplayedRequestForAnotherNode,

    /// <summary>The key of a manager that was revoked, at a manager's address.</summary>
    RevokedManagersKey,

    /// <summary>A manager that was revoked, and goes on.</summary>
    RevokedManagerGoesOn,

    /// <summary>TLS 1.2.</summary>
    OlderTls,

    /// <summary>No certificate.</summary>
    NoCertificate,
}
