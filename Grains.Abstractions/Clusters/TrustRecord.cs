using System.Collections.Immutable;

namespace Warren.Clusters;

/// <summary>Whom the processes of a cluster trust, at one version.</summary>
[GenerateSerializer, Alias("warren.trust-record"), Immutable]
public sealed record TrustRecord
{
    /// <summary>How often managers ask for it, besides being told.</summary>
    public static TimeSpan AskInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Grows with each change; 0: the cluster's certificates are made elsewhere.</summary>
    [Id(0)]
    public required long Version { get; init; }

    /// <summary>The certificates of the authorities as PEM; two while the authority is rotated.</summary>
    [Id(1)]
    public ImmutableArray<string> Authorities { get; init; } = [];

    /// <summary>The digest of the authority that issues now; a process whose certificate is another one's asks for a new one.</summary>
    [Id(2)]
    public string Issuer { get; init; } = "";

    /// <summary>The digests of authorities of which no certificate is good any more, or soon none is.</summary>
    [Id(3)]
    public ImmutableArray<string> Former { get; init; } = [];

    /// <summary>What was revoked and has not ended; for others than managers, the managers of it.</summary>
    [Id(4)]
    public ImmutableArray<RevokedCertificate> Revoked { get; init; } = [];

    /// <summary>The authorities one after the other.</summary>
    public string ToPem() => string.Join('\n', Authorities.Select(authority => authority.Trim()));
}
