using System.Collections.Immutable;

namespace Warren.Grains.Scheduling;

/// <summary>What becomes of the pending tasks: each is in exactly one of the two.</summary>
/// <param name="Place">Tasks and their nodes, in the order in which they were placed.</param>
/// <param name="Wait">Tasks for which there is no node now, and why.</param>
internal sealed record PlacementPlan(ImmutableArray<Placement> Place, ImmutableArray<WaitingTask> Wait);
