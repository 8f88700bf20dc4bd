namespace Warren.Clusters;

/// <summary>A certificate for the public API.</summary>
[GenerateSerializer, Alias("warren.client-certificate"), Immutable]
public sealed record ClientCertificate
{
    /// <summary>The certificate as PEM.</summary>
    [Id(0)]
    public required string Certificate { get; init; }

    /// <summary>The certificates of the authorities that are trusted, as PEM; two while the authority is rotated.</summary>
    [Id(1)]
    public required string Authority { get; init; }

    /// <summary>When it ends.</summary>
    [Id(2)]
    public required DateTimeOffset ExpiresAt { get; init; }
}
