using Warren.Security;

namespace Warren.Clusters;

/// <summary>A certificate that is refused, or all of a node.</summary>
/// <param name="Role">Of what.</param>
/// <param name="Name">The id of the node, or the client's name.</param>
/// <param name="Serial">The number of a client's certificate; null: all that the node has.</param>
/// <param name="EndsAt">When it would have ended, and is forgotten.</param>
[GenerateSerializer, Alias("warren.revoked-certificate"), Immutable]
public sealed record RevokedCertificate(
    [property: Id(0)] CertificateRole Role, [property: Id(1)] string Name, [property: Id(2)] string? Serial, [property: Id(3)] DateTimeOffset EndsAt);
