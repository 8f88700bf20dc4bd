using System.Globalization;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Volumes;
using Warren.Containers;
using Warren.Images;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>What an end means.</summary>
internal static class TaskEndings
{
    private const int SignalBase = 128;

    /// <summary>How a task ended whose process ended.</summary>
    /// <param name="exit">How the process ended.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="stopReason">Why the agent had asked it to end; null if it had not.</param>
    /// <param name="unhealthy">Why the liveness probe had failed; null if it had not.</param>
    public static TaskObservation Of(ContainerExit exit, DateTimeOffset? startedAt, string? stopReason, string? unhealthy)
    {
        var (state, reason) = (exit, stopReason, unhealthy) switch
        {
            (_, _, { } why) => (TaskState.Failed, $"its liveness probe failed: {why}"),
            (_, { } why, _) => (TaskState.Shutdown, why),
            ({ OutOfMemory: true }, _, _) => (TaskState.Failed, "its memory limit was reached and the kernel killed it"),
            ({ Code: 0 }, _, _) => (TaskState.Complete, ""),
            ({ Code: ContainerExit.Unseen }, _, _) => (TaskState.Failed, "its end was not seen: the machine or its container runtime went down with it"),
            ({ Code: > SignalBase and < ContainerExit.Unseen } killed, _, _) =>
                (TaskState.Failed, $"{Signals.NameOf(killed.Code - SignalBase)} ended it"),
            _ => (TaskState.Failed, string.Create(CultureInfo.InvariantCulture, $"its process ended with exit code {exit.Code}")),
        };
        return new()
        {
            State = state,
            At = exit.At,
            Reason = reason,
            StartedAt = startedAt,
            FinishedAt = exit.At,
            ExitCode = exit.Code == ContainerExit.Unseen ? null : exit.Code,
            OutOfMemory = exit.OutOfMemory,
        };
    }

    /// <summary>How a task ended whose container could not be made or started; null if trying the same again may help at once.</summary>
    public static TaskObservation? Of(Exception failure, DateTimeOffset now) => StateOf(failure) is { } state
        ? new() { State = state, At = now, Reason = failure.Message }
        : null;

    // Rejected is what this node will refuse again; failed is what may go better another time.
    private static TaskState? StateOf(Exception failure) => failure switch
    {
        ContainerRuntimeException { Fault: RuntimeFault.Unavailable } or ImageException { Fault: ImageFault.RuntimeUnavailable } => null,
        ContainerRuntimeException { Fault: RuntimeFault.Invalid } or FileTemplateException => TaskState.Rejected,
        ImageException { Fault: ImageFault.NotFound or ImageFault.InvalidReference or ImageFault.WrongPlatform or ImageFault.Malformed } => TaskState.Rejected,
        NetworkException { Fault: NetworkFault.PortConflict or NetworkFault.Prerequisite } => TaskState.Rejected,
        ContainerRuntimeException or ImageException or NetworkException or VolumeException or IOException => TaskState.Failed,
        _ => TaskState.Failed,
    };
}
