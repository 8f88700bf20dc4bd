using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Scheduling;

/// <summary>Where a task would be placed.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">The node; null: there is none for it now.</param>
/// <param name="Reason">Why this node, or why none.</param>
[GenerateSerializer, Alias("warren.placement-forecast"), Immutable]
public sealed record PlacementForecast([property: Id(0)] TaskId Task, [property: Id(1)] NodeId? Node, [property: Id(2)] string Reason);
