using Warren.Agent.Runtime;

namespace Warren.Agent.Health;

/// <summary>A probe of a container says something else than before.</summary>
/// <param name="Id">The container.</param>
/// <param name="Kind">Which probe.</param>
/// <param name="From">What it said before.</param>
/// <param name="To">What it says now.</param>
/// <param name="Reason">Why, for people: the last answer.</param>
/// <param name="At">When the answer came.</param>
public sealed record HealthChange(ContainerId Id, ProbeKind Kind, HealthStatus From, HealthStatus To, string Reason, DateTimeOffset At);
