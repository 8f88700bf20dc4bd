namespace Warren.Agent.Health;

/// <summary>Where one probe of one container is.</summary>
/// <param name="Status">What its checks say together.</param>
/// <param name="Failures">Failures in a row that count.</param>
/// <param name="StartedAt">When the container began to run.</param>
/// <param name="NextCheck">When the next check is due; while one runs, when it began.</param>
/// <param name="IsChecking">Whether a check runs.</param>
/// <param name="Last">What the last check found, if any.</param>
public sealed record HealthState(
    HealthStatus Status, int Failures, DateTimeOffset StartedAt, DateTimeOffset NextCheck, bool IsChecking, ProbeOutcome? Last);
