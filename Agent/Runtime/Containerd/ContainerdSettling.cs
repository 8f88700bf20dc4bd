using System.Collections.Concurrent;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.TaskTypes;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Records how containers ended: first in containerd's record, where it outlives shim, agent and machine, then to all who watch and wait; then the task
/// is deleted, and its shim with it. The only place that reports an end, so each is reported once.
/// </summary>
internal sealed class ContainerdSettling(ContainerdContext context, ContainerdRecords records, ContainerdClearing clearing)
{
    // Ends of which nobody knows that they are recorded, and whether each was reported.
    private readonly ConcurrentDictionary<string, bool> _unrecorded = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, bool> _outOfMemory = new(StringComparer.Ordinal);

    public ExitSignals Signals { get; } = new();

    /// <summary>Looks at a container and records its end if that is due.</summary>
    /// <returns>What is the case then; null if there is no such container.</returns>
    public async Task<ContainerView?> ViewSettledAsync(string id, CancellationToken cancellationToken)
    {
        var view = await records.ViewAsync(id, cancellationToken);
        return view is null || IsSettled(view) ? view : await SettleAsync(id, cancellationToken);
    }

    /// <summary>Whether nothing is to be recorded or deleted.</summary>
    public static bool IsSettled(ContainerView view) =>
        view.Finding is ContainerFinding.Created or ContainerFinding.Running or ContainerFinding.Exited;

    public async Task<ContainerView?> SettleAsync(string id, CancellationToken cancellationToken)
    {
        using var holder = await context.Locks.EnterAsync(id, cancellationToken);
        return await SettleLockedAsync(id, cancellationToken);
    }

    /// <summary>The same for who holds the container's lock.</summary>
    public async Task<ContainerView?> SettleLockedAsync(string id, CancellationToken cancellationToken)
    {
        var view = await records.ViewAsync(id, cancellationToken);
        // Who recorded it did not hear that it was, as when a caller gave up meanwhile, and so did not report it.
        if (view?.RecordedExit is { } recorded && _unrecorded.TryRemove(id, out var isReported) && !isReported) Report(id, recorded);
        switch (view?.Finding)
        {
            case ContainerFinding.Ended:
                return await RecordAsync(view, ExitOf(view.Task!, HasRunOutOfMemory(id)), cancellationToken);
            case ContainerFinding.Lost:
                var exit = new ContainerExit(ContainerExit.Unseen, context.Time.GetUtcNow(), HasRunOutOfMemory(id));
                await clearing.ClearProcessesAsync(id, looksForShims: false, cancellationToken);
                return await RecordAsync(view, exit, cancellationToken);
            case ContainerFinding.ExitedWithTask:
                await clearing.DeleteTaskAsync(id, cancellationToken);
                return view with { Task = null };
            default:
                return view;
        }
    }

    /// <summary>Forgets a container that was removed, and wakes who waits for it.</summary>
    public void Forget(string id)
    {
        _unrecorded.TryRemove(id, out _);
        _outOfMemory.TryRemove(id, out _);
        Signals.Wake(id);
    }

    private async Task<ContainerView> RecordAsync(ContainerView view, ContainerExit exit, CancellationToken cancellationToken)
    {
        var id = view.Record.Id;
        var text = ContainerLabels.Write(exit);
        var isReported = _unrecorded.GetOrAdd(id, false);
        var isKept = await TryKeepAsync(id, text, cancellationToken);
        view.Record.Labels[ContainerLabels.Exit] = text;
        if (!isReported) Report(id, exit);
        if (!isKept)
        {
            _unrecorded[id] = true;
            return view;
        }
        _unrecorded.TryRemove(id, out _);
        if (view.Task is not null) await clearing.DeleteTaskAsync(id, cancellationToken);
        return view with { Task = null };
    }

    // On a full disk nothing can be recorded. Then the shim is kept, which knows the end as well, until a later look succeeds.
    private async Task<bool> TryKeepAsync(string id, string text, CancellationToken cancellationToken)
    {
        try
        {
            await context.StepAsync(
                ContainerdStep.RecordExit, id, () => records.SetLabelAsync(id, ContainerLabels.Exit, text, cancellationToken));
            return true;
        }
        catch (RpcException exception) when (!ContainerdErrors.IsUnavailable(exception)
            && !ContainerdErrors.IsCancelled(exception, cancellationToken) && !ContainerdErrors.IsNotFound(exception))
        {
            context.Log.ExitNotRecorded(id, ContainerdErrors.ReasonOf(exception));
            return false;
        }
    }

    /// <summary>Tells that the kernel killed a process of a container.</summary>
    public void ReportOutOfMemory(string id)
    {
        _outOfMemory[id] = true;
        if (ContainerId.TryParse(id, out var valid)) context.Events.Publish(new(RuntimeEventKind.OutOfMemory, valid));
    }

    // A shim that has its hands full with the end says nothing of its cause; the kernel's own count is what tells.
    private void Report(string id, ContainerExit exit)
    {
        if (exit.OutOfMemory && !_outOfMemory.ContainsKey(id)) ReportOutOfMemory(id);
        if (ContainerId.TryParse(id, out var valid)) context.Events.Publish(new(RuntimeEventKind.Exited, valid, exit));
        Signals.Wake(id);
    }

    private bool HasRunOutOfMemory(string id) => context.Cgroups.CountOomKills(context.CgroupOf(id)) > 0;

    private ContainerExit ExitOf(Process task, bool outOfMemory) =>
        new((int)task.ExitStatus, task.ExitedAt?.ToDateTimeOffset() ?? context.Time.GetUtcNow(), outOfMemory);
}
