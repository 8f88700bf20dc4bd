namespace Warren.Agent.Health;

/// <summary>What comes of an input.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Reason">If the status changed: why, for people.</param>
internal readonly record struct HealthStep(HealthState State, string? Reason = null);
