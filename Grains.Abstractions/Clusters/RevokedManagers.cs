using System.Collections.Immutable;
using Warren.Security;

namespace Warren.Clusters;

/// <summary>The managers to which workers connect no more, whoever has their keys.</summary>
/// <param name="Version">The <see cref="TrustRecord.Version"/> that it is of; a later one replaces it. 0: nothing was heard.</param>
/// <param name="Managers">Those whose certificates have not ended; at most <see cref="Most"/>.</param>
[GenerateSerializer, Alias("warren.revoked-managers"), Immutable]
public sealed record RevokedManagers([property: Id(0)] long Version, [property: Id(1)] ImmutableArray<RevokedCertificate> Managers)
{
    /// <summary>How many are told; of more, those whose certificates end last.</summary>
    public const int Most = 1_000;

    /// <summary>Nothing was heard.</summary>
    public static RevokedManagers None { get; } = new(0, []);

    /// <summary>What of a record concerns workers.</summary>
    public static RevokedManagers Of(TrustRecord trust) => new(
        trust.Version, [.. trust.Revoked.Where(one => one.Role == CertificateRole.Manager).OrderByDescending(one => one.EndsAt).ThenBy(one => one.Name, StringComparer.Ordinal).Take(Most)]);
}
