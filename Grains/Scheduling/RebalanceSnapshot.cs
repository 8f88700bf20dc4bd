using System.Collections.Immutable;
using Warren.Scheduling;
using Warren.Tasks;

namespace Warren.Grains.Scheduling;

/// <summary>All that the rebalancing of one service looks at.</summary>
internal sealed record RebalanceSnapshot
{
    /// <summary>Nodes, volumes and placements in flight; pending tasks are not looked at.</summary>
    public required SchedulingSnapshot Cluster { get; init; }

    /// <summary>What the service's tasks need.</summary>
    public required PlacementRequirements Requirements { get; init; }

    /// <summary>All tasks of the service that serve; any of them may be moved, and what a node holds for another one is about to go.</summary>
    public required ImmutableArray<TaskRecord> Movable { get; init; }

    /// <summary>The most moves at once.</summary>
    public required int MaxMoves { get; init; }
}
