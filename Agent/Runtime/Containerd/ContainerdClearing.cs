using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.TasksV1;
using Warren.Agent.Runtime.Containerd.Api.TaskTypes;
using Status = Warren.Agent.Runtime.Containerd.Api.TaskTypes.Status;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Takes containers away, whole ones and what crashes left of them. Every step may find its work done. Callers hold the container's lock.</summary>
internal sealed class ContainerdClearing(ContainerdContext context, ContainerdRecords records)
{
    private const uint KillSignal = 9;

    /// <summary>Removes everything of a container.</summary>
    /// <param name="id">The container.</param>
    /// <param name="looksForShims">Also looks for shims that have left no trace but themselves, as those of a crash may.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was found, a word each; empty if there was nothing.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(string id, bool looksForShims, CancellationToken cancellationToken)
    {
        List<string> found = [.. await ClearTaskAsync(id, looksForShims, cancellationToken)];
        if (await context.StepAsync(ContainerdStep.DeleteRecord, id, () => records.DeleteRecordAsync(id, cancellationToken))) found.Add("record");
        if (await context.StepAsync(ContainerdStep.RemoveSnapshot, id, () => records.RemoveSnapshotAsync(id, cancellationToken)))
            found.Add("snapshot");
        if (await context.StepAsync(ContainerdStep.RemoveFiles, id, () => Task.FromResult(context.Run.Remove(id)))) found.Add("run files");
        return found;
    }

    /// <summary>Kills what runs of a container and removes its task, control group and runc's folder; record and snapshot stay.</summary>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<string>> ClearTaskAsync(string id, bool looksForShims, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        if (await records.FindTaskAsync(id, cancellationToken) is { } task)
        {
            await MakeReachableAsync(id, cancellationToken);
            await KillAsync(id, task, cancellationToken);
            found.Add("task");
        }
        // Also where none was found: containerd may hold on to a shim that has no container, of a start in which one of them was killed. It shows
        // no task then, lets none be made, and lets go of it when the task is deleted.
        await DeleteTaskAsync(id, cancellationToken);
        return [.. found, .. await ClearProcessesAsync(id, looksForShims, cancellationToken)];
    }

    /// <summary>Removes what is left where containerd knows no task: shim, processes, control group, runc's folder.</summary>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<string>> ClearProcessesAsync(string id, bool looksForShims, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var cgroup = context.CgroupOf(id);
        var runc = context.RuncFolderOf(id);
        await context.StepAsync(ContainerdStep.KillProcesses, id, async () =>
        {
            if (await context.Shims.RemoveAsync(id, looksForShims, cancellationToken)) found.Add("shim");
            if (await context.Cgroups.KillAsync(cgroup, cancellationToken) > 0) found.Add("processes");
            if (await context.Cgroups.RemoveAsync(cgroup, cancellationToken)) found.Add("control group");
            if (Directory.Exists(runc))
            {
                Directory.Delete(runc, recursive: true);
                found.Add("runc folder");
            }
        });
        return found;
    }

    /// <summary>Deletes a task whose process has ended; without one does nothing.</summary>
    public Task DeleteTaskAsync(string id, CancellationToken cancellationToken) => context.StepAsync(ContainerdStep.DeleteTask, id, async () =>
    {
        try
        {
            await DeleteOnceAsync(id, cancellationToken);
        }
        catch (RpcException exception) when (!ContainerdErrors.IsUnavailable(exception)
            && (RuncMessages.IsRuncKilled(exception.Status.Detail) || ContainerdErrors.IsShimGone(exception)))
        {
            // Of a runc or shim that was killed nobody knows how far it came; the second call finds out.
            await DeleteOnceAsync(id, cancellationToken);
        }
    });

    /// <summary>Sends SIGKILL to all processes of a task; one that has ended is left as it is.</summary>
    public async Task SendKillAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await context.Connection.Tasks.KillAsync(
                new KillRequest { ContainerId = id, Signal = KillSignal, All = true }, context.Connection.Long(cancellationToken));
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            // It has ended.
        }
        catch (RpcException exception) when (!ContainerdErrors.IsUnavailable(exception)
            && !ContainerdErrors.IsCancelled(exception, cancellationToken))
        {
            // The shim or runc could not; the kernel can.
            await context.Cgroups.KillAsync(context.CgroupOf(id), cancellationToken);
        }
    }

    private async Task DeleteOnceAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await context.Connection.Tasks.DeleteAsync(new DeleteTaskRequest { ContainerId = id }, context.Connection.Long(cancellationToken));
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            // It is gone, by whomever.
        }
    }

    private async Task KillAsync(string id, Process task, CancellationToken cancellationToken)
    {
        if (task.Status == Status.Stopped) return;
        await context.StepAsync(ContainerdStep.KillTask, id, () => SendKillAsync(id, cancellationToken));
        // A task that was never started has no end that could be waited for; deleting it kills it.
        if (task.Status == Status.Created) return;
        if (await HasEndedWithinAsync(id, context.Options.KillTimeout, cancellationToken)) return;
        await context.Cgroups.KillAsync(context.CgroupOf(id), cancellationToken);
        await HasEndedWithinAsync(id, context.Options.KillTimeout, cancellationToken);
    }

    private async Task<bool> HasEndedWithinAsync(string id, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await context.Connection.Tasks.WaitAsync(new WaitRequest { ContainerId = id }, context.Connection.Within(limit, cancellationToken));
            return true;
        }
        catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception))
        {
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.DeadlineExceeded)
        {
            return false;
        }
    }

    // containerd does nothing to a task without a record, as somebody leaves who deletes the record alone.
    private async Task MakeReachableAsync(string id, CancellationToken cancellationToken)
    {
        if (await records.FindRecordAsync(id, cancellationToken) is not null) return;
        await context.Connection.Containers.CreateAsync(
            new() { Container = ContainerRecord.StandIn(id, context.Options) }, context.Connection.Long(cancellationToken));
    }
}
