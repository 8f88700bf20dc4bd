using Warren.Containers;

namespace Warren.Agent.Health;

/// <summary>One probe of a container.</summary>
/// <param name="Kind">What it decides.</param>
/// <param name="Spec">When it asks and what its answers mean.</param>
/// <param name="Probe">How it asks.</param>
/// <param name="Known">What an agent before this one had found, for a container that runs since then.</param>
public sealed record WatchedProbe(ProbeKind Kind, ProbeSpec Spec, IHealthProbe Probe, HealthStatus Known = HealthStatus.Starting);
