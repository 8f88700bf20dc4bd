using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// Compares what a service has stored of its tasks with what others have heard of it. Telling is repeated until it has succeeded, and tells only what is
/// stored, so that it may be doubled and overtaken.
/// </summary>
internal sealed class ToldTasks
{
    private readonly Dictionary<TaskId, Told> _told = [];

    /// <summary>What is yet to be told.</summary>
    public TellPlan Compute(ServiceState state)
    {
        Drop(state);
        var take = ImmutableArray.CreateBuilder<TaskRecord>();
        var enqueue = ImmutableArray.CreateBuilder<TaskRecord>();
        var withdraw = ImmutableArray.CreateBuilder<TaskId>();
        var intend = new Dictionary<NodeId, ImmutableArray<TaskIntention>>();
        var filesOf = InPlaceFiles.Versions(state);
        foreach (var task in state.Tasks.Values)
        {
            var told = Of(task.Id);
            var isTold = !ConcernsItsGrain(task) || told.ByTask == KeyOf(task);
            if (!isTold && !told.IsBeingTold) take.Add(task);
            if (IsWaiting(task))
            {
                if (isTold && !told.IsQueued) enqueue.Add(task);
            }
            else if (told.IsQueued)
            {
                // One that was placed is not waiting, and the scheduler placed it; one that is withdrawn it has yet to hear of.
                if (task.Node is null) withdraw.Add(task.Id);
                else told.IsQueued = false;
            }

            var files = task.Observed.State.IsFinal ? 0 : filesOf.GetValueOrDefault(task.SpecVersion);
            if (task.Node is not { } node || (!ConcernsItsNode(task) && files == 0) || (told.ByNode >= task.Desired && told.FilesByNode >= files)) continue;
            ref var intentions = ref CollectionsMarshal.GetValueRefOrAddDefault(intend, node, out var isKnown);
            intentions = (isKnown ? intentions : []).Add(new(task.Id, task.Desired, task.DesiredReason, files));
        }

        return new() { Take = take.DrainToImmutable(), Enqueue = enqueue.DrainToImmutable(), Withdraw = withdraw.DrainToImmutable(), Intend = intend };
    }

    /// <summary>The grain of a task is about to be told, or could not be.</summary>
    public void BeingTold(TaskId task, bool isBeingTold) => Of(task).IsBeingTold = isBeingTold;

    /// <summary>The grain of a task has taken a copy.</summary>
    public void TakenBy(TaskRecord task)
    {
        var told = Of(task.Id);
        (told.IsBeingTold, told.ByTask) = (false, KeyOf(task));
    }

    /// <summary>The scheduler has a task, or has it no more.</summary>
    public void Queued(TaskId task, bool isQueued) => Of(task).IsQueued = isQueued;

    /// <summary>A node has heard what is wanted of a task.</summary>
    public void HeardBy(TaskIntention intention)
    {
        var told = Of(intention.Task);
        (told.ByNode, told.FilesByNode) = (intention.Desired, intention.FilesVersion);
    }

    /// <summary>Whoever was told of the tasks that wait has lost it: they are told again.</summary>
    public void ForgetWaiting(ServiceState state)
    {
        foreach (var task in state.Tasks.Values)
        {
            if (!IsWaiting(task) || !_told.TryGetValue(task.Id, out var told)) continue;
            (told.ByTask, told.IsQueued) = (null, false);
        }
    }

    private static bool IsWaiting(TaskRecord task) => task.Desired == DesiredState.Running && task.Observed.State == TaskState.Pending;

    // Of one that is new nobody else knows, and one that has ended has nothing more to hear, unless nobody else says that it has.
    private static bool ConcernsItsGrain(TaskRecord task) =>
        task.Observed.State != TaskState.New && (!task.Observed.State.IsFinal || task.Observed.State == TaskState.Orphaned);

    private static bool ConcernsItsNode(TaskRecord task) =>
        task.Desired > DesiredState.Running && (!task.Observed.State.IsFinal || task.Desired == DesiredState.Removed || task.Observed.State == TaskState.Orphaned);

    // What its grain reports itself is nothing to tell it.
    private static (DesiredState Desired, TaskState Stage) KeyOf(TaskRecord task) =>
        (task.Desired, task.Observed.State == TaskState.Orphaned ? TaskState.Orphaned : TaskState.Pending);

    private Told Of(TaskId task)
    {
        ref var told = ref CollectionsMarshal.GetValueRefOrAddDefault(_told, task, out _);
        return told ??= new();
    }

    private void Drop(ServiceState state)
    {
        if (_told.Count <= state.Tasks.Count) return;
        foreach (var gone in _told.Keys.Where(task => !state.Tasks.ContainsKey(task)).ToArray()) _told.Remove(gone);
    }
}
