using Warren.Agent.Assignments;
using Warren.Agent.Containers;
using Warren.Agent.Health;
using Warren.Containers;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>What is told of a running task.</summary>
internal static class TaskObservations
{
    /// <summary>It runs.</summary>
    public static TaskObservation Running(ContainerSpec spec, StartedContainer started, TaskRestarts restarts, DateTimeOffset now) => new()
    {
        State = TaskState.Running,
        Reason = restarts.Count == 0 ? "" : $"its node could reach no manager and started it again after: {restarts.LastEnd}",
        LocalRestarts = restarts.Count,
        At = started.Status.StartedAt ?? now,
        StartedAt = started.Status.StartedAt,
        Health = spec.Readiness is null ? TaskHealth.Unprobed : TaskHealth.Starting,
        Addresses = started.Network is { } network ? [.. network.Addresses.Select(address => address.ToString())] : [],
        Ports = started.Network is { } published
            ? [.. published.Ports.Select(port => new TaskPort(port.ContainerPort, port.HostPort, port.Protocol, port.HostAddress?.ToString()))]
            : [],
    };

    /// <summary>It has ended, and its node, which is alone, starts it again.</summary>
    public static TaskObservation StartedAgain(TaskRestarts restarts, DateTimeOffset now) =>
        new() { State = TaskState.Preparing, At = now, Reason = restarts.LastEnd, LocalRestarts = restarts.Count };

    /// <summary>A probe says something else than before; null if nobody need know.</summary>
    public static TaskObservation? With(TaskObservation running, HealthChange change) => (change.Kind, change.To) switch
    {
        (ProbeKind.Liveness, HealthStatus.Unhealthy) => running with { Health = TaskHealth.Unhealthy, Reason = $"its liveness probe failed: {change.Reason}" },
        (ProbeKind.Liveness, _) => null,
        (_, HealthStatus.Healthy) => running with { Health = TaskHealth.Ready, Reason = "" },
        _ => running with { Health = TaskHealth.Unready, Reason = $"its readiness probe fails: {change.Reason}" },
    };
}
