namespace Orleans.Runtime.Networking;

/// <summary>Why a process could not be reached.</summary>
internal enum ConnectFailure
{
    /// <summary>Nobody listens there, or another process does: the one that was dialled is gone.</summary>
    Gone = 1,

    /// <summary>It listens and does not want the connection.</summary>
    Refused = 2,

    /// <summary>It is there and is stopping.</summary>
    Stopping = 3,

    /// <summary>No answer in time.</summary>
    TimedOut = 4,

    /// <summary>The network or TLS failed; whether the process lives is not known.</summary>
    Failed = 5,
}
