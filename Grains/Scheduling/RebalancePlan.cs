using System.Collections.Immutable;

namespace Warren.Grains.Scheduling;

/// <summary>Which tasks to move so that a service is spread evenly again; empty when no move makes it more even.</summary>
/// <param name="Moves">In the order of their worth.</param>
internal sealed record RebalancePlan(ImmutableArray<RebalanceMove> Moves);
