namespace Warren.Clusters;

/// <summary>A cluster that its first manager has made.</summary>
[GenerateSerializer, Alias("warren.cluster-foundation"), Immutable]
public sealed record ClusterFoundation
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The certificate of its authority as PEM.</summary>
    [Id(1)]
    public required string Authority { get; init; }

    /// <summary>The private key of the authority as PKCS #8.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> AuthorityKey { get; init; }

    /// <summary>Shows no key.</summary>
    public override string ToString() => $"{nameof(ClusterFoundation)} {{ Id = {Id} }}";
}
