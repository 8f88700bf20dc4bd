using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.ContainersV1;
using Warren.Agent.Runtime.Containerd.Api.TasksV1;
using Warren.Agent.Runtime.Containerd.Api.TaskTypes;
using Status = Warren.Agent.Runtime.Containerd.Api.TaskTypes.Status;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Starts containers: a task is made, and when it stands it is started. That the start was begun is written down before the task is started, durably for
/// the case of a reboot and in memory for all others, so that a container never runs twice. Callers hold the container's lock.
/// </summary>
internal sealed class ContainerdStarting(
    ContainerdContext context, ContainerdRecords records, ContainerdClearing clearing, ContainerdPreparation preparation, ContainerdSettling settling)
{
    private const int MaxAttempts = 3;

    public async Task<ContainerStatus> StartAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var name = id.Value;
        if (preparation.TakePrepared(name) is { } prepared)
        {
            try
            {
                return await RunAsync(id, prepared, cancellationToken);
            }
            catch (RpcException exception) when (ContainerdErrors.IsAlreadyThere(exception) || ContainerdErrors.IsNotFound(exception))
            {
                // Somebody else did something to it since it was made. What is the case now decides.
            }
        }
        var view = await settling.SettleLockedAsync(name, cancellationToken)
            ?? throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: there is no such container to start");
        if (view.Finding != ContainerFinding.Created) return view.ToStatus(id);
        // An agent before this one may have made the task and gone no further.
        if (view.Task is not null)
        {
            if (ContainerLabels.ReadBegin(view.Record)?.BootId != context.BootId) await MarkBegunAsync(id, cancellationToken);
            return await StartTaskAsync(id, view.Record, view.Task.Pid, cancellationToken);
        }
        var mounts = await records.FindMountsAsync(name, cancellationToken)
            ?? throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: its root file system is gone; make the container again");
        var log = ContainerLabels.Find(view.Record, ContainerLabels.Log) ?? "";
        var hasTerminal = ContainerLabels.Find(view.Record, ContainerLabels.Terminal) is not null;
        return await RunAsync(id, new(view.Record, mounts, log, hasTerminal), cancellationToken);
    }

    private async Task<ContainerStatus> RunAsync(ContainerId id, PreparedContainer prepared, CancellationToken cancellationToken)
    {
        // The mark is written while runc is at work, which takes longer.
        var marking = MarkBegunAsync(id, cancellationToken);
        try
        {
            await CreateTaskAsync(id, prepared, cancellationToken);
        }
        finally
        {
            await marking;
        }
        return await StartTaskAsync(id, prepared.Record, process: 0, cancellationToken);
    }

    private Task MarkBegunAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var begin = new RunBegin(context.BootId, context.Time.GetUtcNow());
        return context.StepAsync(ContainerdStep.MarkBegun, id.Value, () =>
            records.SetLabelAsync(id.Value, ContainerLabels.Begin, ContainerLabels.Write(begin), cancellationToken));
    }

    private async Task CreateTaskAsync(ContainerId id, PreparedContainer prepared, CancellationToken cancellationToken)
    {
        var request = new CreateTaskRequest
        {
            ContainerId = id.Value,
            Rootfs = { prepared.Mounts },
            Stdout = prepared.Log,
            Stderr = prepared.HasTerminal ? "" : prepared.Log,
            Terminal = prepared.HasTerminal,
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await context.StepAsync(ContainerdStep.CreateTask, id.Value, async () =>
                    await context.Connection.Tasks.CreateAsync(request, context.Connection.Long(cancellationToken)));
                return;
            }
            catch (RpcException exception) when (ContainerdErrors.IsAlreadyThere(exception) && attempt < MaxAttempts)
            {
                // A task that can be seen was made by another agent. One that cannot is what a crash left.
                if (await records.FindTaskAsync(id.Value, cancellationToken) is not null) throw;
                await clearing.ClearTaskAsync(id.Value, looksForShims: true, cancellationToken);
            }
            catch (RpcException exception) when (!IsForCaller(exception, cancellationToken))
            {
                // runc may leave a process in its group, and the group, when it does not get to its end.
                await clearing.ClearTaskAsync(id.Value, looksForShims: true, cancellationToken);
                var isCrash = RuncMessages.IsRuncKilled(exception.Status.Detail)
                    || ShimRemains.IsInTheWay(exception.Status.Detail) || ShimRemains.IsTakenAway(exception.Status.Detail);
                if (attempt == MaxAttempts || !isCrash) throw Refused(id, exception);
                context.Log.StartRepeated(id.Value, attempt + 1, exception.Status.Detail);
            }
        }
    }

    /// <param name="id">The container.</param>
    /// <param name="record">Its record.</param>
    /// <param name="process">The first process of a task that somebody may have begun to start before; 0: nobody has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<ContainerStatus> StartTaskAsync(ContainerId id, Container record, uint process, CancellationToken cancellationToken)
    {
        var at = context.Time.GetUtcNow();
        await context.StepAsync(ContainerdStep.MarkStarted, id.Value, () => context.Run.MarkStarted(id, at));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var broken = BrokenStart.Help(context.RuncFolderOf(id.Value), process, context.Time);
                var answer = await context.StepAsync(ContainerdStep.StartTask, id.Value, async () =>
                    await context.Connection.Tasks.StartAsync(new StartRequest { ContainerId = id.Value }, context.Connection.Long(cancellationToken)));
                return StatusAfterStart(id, record, answer.Pid);
            }
            catch (RpcException exception) when (!IsForCaller(exception, cancellationToken))
            {
                // Of a runc that failed or was killed nobody knows how far it came: only a task that still stands there did not start.
                var task = await records.FindTaskAsync(id.Value, cancellationToken);
                if (task is { Status: not Status.Created }) return await FindAfterFailureAsync(id, cancellationToken);
                if (task is not null && attempt < MaxAttempts && RuncMessages.IsRuncKilled(exception.Status.Detail))
                {
                    context.Log.StartRepeated(id.Value, attempt + 1, exception.Status.Detail);
                    process = task.Pid;
                    continue;
                }
                await clearing.ClearTaskAsync(id.Value, looksForShims: true, cancellationToken);
                throw Refused(id, exception);
            }
        }
    }

    // As a look at it would find it, without the calls.
    private ContainerStatus StatusAfterStart(ContainerId id, Container record, uint process) =>
        records.View(record, new Process { ContainerId = id.Value, Pid = process, Status = Status.Running }).ToStatus(id);

    private async Task<ContainerStatus> FindAfterFailureAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var view = await settling.SettleLockedAsync(id.Value, cancellationToken)
            ?? throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: it was removed while it started");
        return view.ToStatus(id);
    }

    // What the caller is told as it is: containerd cannot be reached, the caller gave up, or another one was first.
    private static bool IsForCaller(RpcException exception, CancellationToken cancellationToken) =>
        ContainerdErrors.IsUnavailable(exception) || ContainerdErrors.IsCancelled(exception, cancellationToken)
        || exception.StatusCode is StatusCode.AlreadyExists
        || (exception.StatusCode is StatusCode.NotFound && exception.Status.Detail.StartsWith("container ", StringComparison.Ordinal));

    private static ContainerRuntimeException Refused(ContainerId id, RpcException exception)
    {
        var text = exception.Status.Detail;
        if (ContainerdErrors.IsDiskFull(exception))
            return new(RuntimeFault.NoSpace, $"{id}: the node's disk is full: {RuncMessages.Shorten(text)}", exception);
        if (ShimRemains.IsInTheWay(text))
        {
            return new(
                RuntimeFault.Failed,
                $"{id}: a folder that an earlier start left in containerd's state folder is in the way and not below the one configured here; remove it: {text}",
                exception);
        }
        if (RuncMessages.Explain(text) is { } reason) return new(RuntimeFault.Invalid, $"{id}: {reason}", exception);
        // runc was not killed and has nothing against the node: what it refuses it refuses again.
        var fault = RuncMessages.IsRuncKilled(text) || ShimRemains.IsTakenAway(text) ? RuntimeFault.Failed
            : text.Contains("OCI runtime", StringComparison.Ordinal) ? RuntimeFault.Invalid : ContainerdErrors.FaultOf(exception);
        return new(fault, $"{id}: it cannot be started: {RuncMessages.Shorten(text)}", exception);
    }
}
