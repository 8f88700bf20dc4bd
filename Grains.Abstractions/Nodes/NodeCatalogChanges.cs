using System.Collections.Immutable;

namespace Warren.Nodes;

/// <summary>What changed in the catalog of nodes.</summary>
[GenerateSerializer, Alias("warren.node-catalog-changes"), Immutable]
public sealed record NodeCatalogChanges
{
    /// <summary>The version that the reader has then.</summary>
    [Id(0)]
    public required NodeCatalogVersion Version { get; init; }

    /// <summary>Whether nodes that are not named are not there.</summary>
    [Id(1)]
    public required bool IsEverything { get; init; }

    /// <summary>Nodes that are new or have changed, without their reservations.</summary>
    [Id(2)]
    public ImmutableArray<NodeRecord> Nodes { get; init; } = [];

    /// <summary>Nodes that were removed for good.</summary>
    [Id(3)]
    public ImmutableArray<NodeId> Removed { get; init; } = [];
}
