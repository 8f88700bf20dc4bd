using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.TaskTypes;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>What can be seen of a container, and what that means.</summary>
/// <param name="Record">containerd's record of it.</param>
/// <param name="Task">Its task; null if there is none.</param>
/// <param name="Marker">When this boot's agent was about to start the task; null if it never was.</param>
/// <param name="BootId">The kernel's id of this boot.</param>
internal sealed record ContainerView(Container Record, Process? Task, DateTimeOffset? Marker, string BootId)
{
    /// <summary>How it ended, if that is recorded.</summary>
    public ContainerExit? RecordedExit => ContainerLabels.ReadExit(Record);

    /// <summary>What is the case. An order of rules; the first that fits holds.</summary>
    public ContainerFinding Finding
    {
        get
        {
            if (RecordedExit is not null) return Task is null ? ContainerFinding.Exited : ContainerFinding.ExitedWithTask;
            return Task switch
            {
                { Status: Status.Stopped } => ContainerFinding.Ended,
                { Status: Status.Created } => ContainerFinding.Created,
                // The shim does not answer in time: it is busy or stopped, and its container may well run.
                not null => ContainerFinding.Running,
                null when ContainerLabels.ReadBegin(Record) is null => ContainerFinding.Created,
                // A reboot takes marker and task; whether it came before the start of the task or after, nobody can say.
                null when ContainerLabels.ReadBegin(Record)!.BootId != BootId => ContainerFinding.Lost,
                null => Marker is null ? ContainerFinding.Created : ContainerFinding.Lost,
            };
        }
    }

    public ContainerStatus ToStatus(ContainerId id)
    {
        var exit = RecordedExit;
        var state = exit is not null ? ContainerState.Exited
            : Finding == ContainerFinding.Created ? ContainerState.Created : ContainerState.Running;
        return new()
        {
            Id = id,
            State = state,
            ProcessId = state == ContainerState.Running && Task is { Pid: > 0 } ? (int)Task.Pid : null,
            StartedAt = state == ContainerState.Created ? null : Marker ?? ContainerLabels.ReadBegin(Record)?.At,
            Exit = exit,
            OwnerLabels = ContainerLabels.OwnersOf(Record),
            ImageDigest = ContainerLabels.Find(Record, ContainerLabels.ImageDigest) ?? Record.Image,
        };
    }
}
