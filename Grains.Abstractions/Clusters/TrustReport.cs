namespace Warren.Clusters;

/// <summary>How far a process has followed the cluster.</summary>
/// <param name="Version">The version of <see cref="TrustRecord"/> whose authorities it trusts; 0: it has heard of none.</param>
/// <param name="Issuer">The digest of the authority that has issued the certificate which it shows.</param>
[GenerateSerializer, Alias("warren.trust-report"), Immutable]
public sealed record TrustReport([property: Id(0)] long Version, [property: Id(1)] string Issuer);
