namespace Warren.Clusters;

/// <summary>What makes a cluster this one and no other.</summary>
[GenerateSerializer, Alias("warren.cluster-record"), Immutable]
public sealed record ClusterRecord
{
    /// <summary>Its id, for good.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The certificate of its authority as PEM; of the old one until a rotation has ended.</summary>
    [Id(1)]
    public required string Authority { get; init; }

    /// <summary>When it was made.</summary>
    [Id(2)]
    public required DateTimeOffset CreatedAt { get; init; }
}
