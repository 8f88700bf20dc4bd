using System.Collections.Immutable;
using Warren.Clusters;
using Warren.Nodes;

namespace Warren.Grains.Clusters;

/// <summary>All that the grain of the cluster stores.</summary>
internal sealed record ClusterState
{
    /// <summary>The cluster; null: its certificates are made elsewhere.</summary>
    public ClusterRecord? Cluster { get; init; }

    /// <summary>The authority's private key, sealed.</summary>
    public ReadOnlyMemory<byte> SealedKey { get; init; }

    /// <summary>The tokens.</summary>
    public ImmutableArray<StoredToken> Tokens { get; init; } = [];

    /// <summary>Who has joined.</summary>
    public ImmutableSortedDictionary<NodeId, JoinedNode> Nodes { get; init; } = ImmutableSortedDictionary<NodeId, JoinedNode>.Empty;
}
