using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Services;

/// <summary>All that a decision about a service looks at.</summary>
internal sealed record ServiceSnapshot
{
    /// <summary>What the service has stored.</summary>
    public required ServiceState State { get; init; }

    /// <summary>The nodes, as last heard. A node that is not among them is one that is not known yet, and is left alone.</summary>
    public ImmutableSortedDictionary<NodeId, NodeRecord> Nodes { get; init; } = ImmutableSortedDictionary<NodeId, NodeRecord>.Empty;

    /// <summary>Nodes that were removed from the cluster and do not come back under their ids.</summary>
    public ImmutableHashSet<NodeId> RemovedNodes { get; init; } = [];

    /// <summary>The node that keeps each volume; volumes that any node can reach, or that none has yet, are not among them.</summary>
    public ImmutableSortedDictionary<VolumeName, NodeId> VolumeNodes { get; init; } = ImmutableSortedDictionary<VolumeName, NodeId>.Empty;

    /// <summary>Tasks whose nodes have confirmed that nothing is left of them.</summary>
    public ImmutableHashSet<TaskId> Cleaned { get; init; } = [];

    /// <summary>Until when the current version is held up at most, since it is about to be known what its image means. Null: it is not.</summary>
    public DateTimeOffset? ImageWaitUntil { get; init; }

    /// <summary>The manager's time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Settings.</summary>
    public ReconcileOptions Options { get; init; } = ReconcileOptions.Default;
}
