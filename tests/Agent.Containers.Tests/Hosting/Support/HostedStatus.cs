using Warren.Agent.Runtime;

namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>A container as the agent tells of it.</summary>
internal sealed record HostedStatus(string Id, ContainerState State, int? Process, DateTimeOffset? StartedAt, int? ExitCode, DateTimeOffset? ExitAt)
{
    public static HostedStatus Of(ContainerStatus status) =>
        new(status.Id.Value, status.State, status.ProcessId, status.StartedAt, status.Exit?.Code, status.Exit?.At);
}
