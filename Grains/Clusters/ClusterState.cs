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

    /// <summary>Which of the cluster's authorities the present one is, as its key is sealed; 0: the first.</summary>
    public long Rotations { get; init; }

    /// <summary>The rotation that is under way; null: none is.</summary>
    public AuthorityRotation? Rotation { get; init; }

    /// <summary>The digests of the last authorities that were dropped or issue no more, the oldest first.</summary>
    public ImmutableArray<string> Former { get; init; } = [];

    /// <summary>Grows by one when others are to be trusted than before; 0: never since the cluster was made.</summary>
    public long TrustChanges { get; init; }

    /// <summary>The certificates of clients that have not ended.</summary>
    public ImmutableArray<IssuedCertificate> Clients { get; init; } = [];
}
