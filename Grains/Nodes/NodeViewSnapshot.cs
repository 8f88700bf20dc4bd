using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>The catalog of nodes at one version.</summary>
internal sealed record NodeViewSnapshot
{
    /// <summary>Before anything was read.</summary>
    public static NodeViewSnapshot Empty { get; } = new();

    /// <summary>Null: nothing was read yet.</summary>
    public NodeCatalogVersion? Version { get; init; }

    /// <summary>The nodes, without reservations.</summary>
    public ImmutableSortedDictionary<NodeId, NodeRecord> Nodes { get; init; } = ImmutableSortedDictionary<NodeId, NodeRecord>.Empty;

    /// <summary>Nodes that were removed for good.</summary>
    public ImmutableHashSet<NodeId> RemovedNodes { get; init; } = [];

    /// <summary>After what the catalog says has changed since <see cref="Version"/>.</summary>
    public NodeViewSnapshot With(NodeCatalogChanges changes) => new()
    {
        Version = changes.Version,
        Nodes = (changes.IsEverything ? Nodes.Clear() : Nodes.RemoveRange(changes.Removed))
            .SetItems(changes.Nodes.Select(node => KeyValuePair.Create(node.Id, node))),
        RemovedNodes = changes.IsEverything ? [.. changes.Removed] : RemovedNodes.Union(changes.Removed),
    };
}
