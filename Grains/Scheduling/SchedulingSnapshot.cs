using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Volumes;

namespace Warren.Grains.Scheduling;

/// <summary>All that placing looks at. The order of the collections does not matter.</summary>
internal sealed record SchedulingSnapshot
{
    /// <summary>All nodes with what they promised; lost and drained ones too, so that a reason can name them.</summary>
    public required ImmutableArray<NodeRecord> Nodes { get; init; }

    /// <summary>Tasks that wait for a node.</summary>
    public required ImmutableArray<PendingTask> Pending { get; init; }

    /// <summary>Placements of which it is not known whether the node admitted them; they count as admitted.</summary>
    public ImmutableArray<InFlightPlacement> InFlight { get; init; } = [];

    /// <summary>Volumes and where they are. One that is missing is local and not made yet.</summary>
    public ImmutableArray<VolumeRecord> Volumes { get; init; } = [];

    /// <summary>Decides between nodes that are equal otherwise.</summary>
    public int Seed { get; init; }
}
