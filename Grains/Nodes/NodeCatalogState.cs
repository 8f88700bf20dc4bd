using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>What the catalog of nodes stores.</summary>
internal sealed record NodeCatalogState
{
    /// <summary>How often the catalog was activated; the versions of an activation are higher than those of the ones before.</summary>
    public int Epochs { get; init; }

    /// <summary>Nodes that are, or are about to be, in the cluster.</summary>
    public ImmutableSortedSet<NodeId> Nodes { get; init; } = [];

    /// <summary>Nodes that were removed for good; their ids do not come back.</summary>
    public ImmutableSortedSet<NodeId> Removed { get; init; } = [];
}
