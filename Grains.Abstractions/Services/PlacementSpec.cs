using System.Collections.Immutable;

namespace Warren.Services;

/// <summary>On which nodes the tasks of a service may and should run.</summary>
[GenerateSerializer, Alias("warren.placement-spec"), Immutable]
public sealed record PlacementSpec
{
    /// <summary>Any node, spread evenly.</summary>
    public static PlacementSpec Default { get; } = new();

    /// <summary>
    /// What a node must meet, all of them: <c>node.labels.zone==eu</c>, <c>node.role!=manager</c>; see <see cref="Scheduling.PlacementConstraint"/>.
    /// Default: none.
    /// </summary>
    [Id(0)]
    public ImmutableArray<string> Constraints { get; init; } = [];

    /// <summary>
    /// Attributes over whose values tasks are dealt out evenly, the first one first, within each of its values the second, and so on:
    /// <c>node.labels.zone</c>. Nodes without the label count as one more value. Default: none, nodes alike.
    /// </summary>
    [Id(1)]
    public ImmutableArray<string> Spread { get; init; } = [];

    /// <summary>Which of the nodes left is chosen. Default: <see cref="PlacementStrategy.Spread"/>.</summary>
    [Id(2)]
    public PlacementStrategy Strategy { get; init; }

    /// <summary>The most tasks of the service on one node, at least 1. Default: no limit.</summary>
    [Id(3)]
    public int? MaxPerNode { get; init; }

    /// <summary>Whether running tasks are moved, start-first, when a node joins and the spread has become uneven. Default: false.</summary>
    [Id(4)]
    public bool Rebalance { get; init; }
}
