using Warren.Agent.Runtime;

namespace Warren.Agent.Stats;

/// <summary>The accounts of one container, or why they could not be read.</summary>
/// <param name="Moment">When its counters were read, however late the answer came, on a clock that is never set.</param>
/// <param name="Stats">The accounts; null: they could not be read.</param>
/// <param name="Problem">Why not; null: they could.</param>
internal sealed record TaskReading(TimeSpan Moment, ContainerStats? Stats, string? Problem);
