using System.Globalization;
using Warren.Grains.Rollout;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// Decides about one slot of a service that runs for good, by the number of its tasks that are meant to run: none, so one is made; one,
/// which stays or gets a successor; two, of which one goes as soon as the other can do without it.
/// </summary>
internal sealed class SlotReconciler(ServiceDraft draft, RolloutState? rollout)
{
    /// <summary>
    /// Lets one of two tasks of the same version go where that can be: not those of which a rollout replaces one by the other.
    /// </summary>
    public void FinishMoves()
    {
        foreach (var slot in draft.Slots.Keys)
        {
            var live = draft.TasksIn(slot).Where(task => task.IsLive()).ToList();
            if (live.Count < 2) continue;
            if (rollout?.OpenSlot(slot) is not null && rollout.Target < draft.Current.TaskVersion) KeepWhatServes(live);
            else if (rollout?.OpenSlot(slot) is null || live.All(task => task.SpecVersion >= rollout.Target)) HandOver(slot, live);
        }
    }

    public void Decide(TaskSlot slot)
    {
        var live = draft.TasksIn(slot).Where(task => task.IsLive()).ToList();
        if (live.Count > 1) HandOver(slot, live);
        switch (live.Count)
        {
            case 0:
                Fill(slot);
                break;
            case 1:
                Tend(slot, live[0]);
                break;
        }
    }

    /// <summary>
    /// Two are there: the older one serves until the newer one can. One that stays alone is left in <paramref name="live"/> for a
    /// decision of its own.
    /// </summary>
    private void HandOver(TaskSlot slot, List<TaskRecord> live)
    {
        var newest = live[^1];
        var open = rollout?.OpenSlot(slot);
        if (open is not null && newest.SpecVersion < rollout!.Target)
        {
            KeepWhatServes(live);
            return;
        }

        var older = live[..^1];
        if (IsProven(newest, open))
        {
            foreach (var task in older) draft.Stop(task, $"{newest.Id} is ready and takes over");
            live.RemoveRange(0, older.Count);
        }
        else if (older.All(task => IsInReach(task) && WhyReplaced(slot, task) is null))
        {
            // What it was made for has passed. Both have done nothing wrong, so the one that serves stays.
            foreach (var task in live.SkipLast(1).Where((_, i) => i < older.Count - 1)) draft.Stop(task, "an older task in the slot");
            var (stays, goes) = newest.Observed.IsReady() ? (newest, older[^1]) : (older[^1], newest);
            draft.Stop(goes, $"{stays.Id} can stay");
            live.RemoveAll(task => task != stays);
        }
        else
        {
            foreach (var task in older) draft.Keep(task, $"serves until {newest.Id} is ready");
            Keep(newest);
        }
    }

    // The next one is of the newest version; until it can, the older one is the better known of two that serve.
    private void KeepWhatServes(List<TaskRecord> live)
    {
        var serves = live.Find(task => task.Observed.IsReady()) ?? live[0];
        foreach (var task in live.Where(task => task != serves))
            draft.Stop(task, $"the spec changed again, and {serves.Id} serves until the next one can");
        live.RemoveAll(task => task != serves);
    }

    private void Fill(TaskSlot slot)
    {
        var state = draft.Slots[slot];
        var newest = draft.TasksIn(slot) is [.., var last] ? last : null;
        var version = VersionFor(slot);
        if (newest is { } ended && ended.EndedByItself() && ended.SpecVersion >= TargetOf(slot))
            state = GiveUpIfOver(slot, state, ended);
        if (state.GivenUp is { } given)
        {
            if (newest is not null) draft.Wait(newest, given.Reason);
            draft.SayWait($"{slot}: {given.Reason}");
            return;
        }

        var notBefore = RestartRule.NotBefore(state.Ends, draft.Spec.Restart, draft.Now);
        draft.Create(slot, version, notBefore, newest switch
        {
            null => "its slot was empty",
            var other when other.IsEnding() => $"takes the place of {other.Id}",
            var other => $"replaces {other.Id}, which {other.Ending()}",
        });
    }

    private void Tend(TaskSlot slot, TaskRecord task)
    {
        var why = WhyReplaced(slot, task);
        if (why is null)
        {
            Keep(task);
            return;
        }

        if (!task.Observed.State.IsOnNode)
        {
            draft.Stop(task, why);
            draft.Create(slot, VersionFor(slot), null, why);
            return;
        }

        var state = draft.Slots[slot];
        if (draft.TasksIn(slot) is [.., var newest] && newest.Id != task.Id && newest.EndedByItself())
            state = GiveUpIfOver(slot, state, newest);
        if (state.GivenUp is { } given)
        {
            draft.Keep(task, $"{why}, but it stays: {given.Reason}");
            return;
        }

        if (IsStopFirst(slot, task))
        {
            draft.Stop(task, why);
            draft.Create(slot, VersionFor(slot), null, why);
        }
        else
        {
            draft.Keep(task, $"serves until its successor is ready: {why}");
            draft.Create(slot, VersionFor(slot), RestartRule.NotBefore(state.Ends, draft.Spec.Restart, draft.Now), why);
        }
    }

    private void ReleaseOrWait(TaskRecord task)
    {
        if (draft.TasksIn(task.Id.Slot).FirstOrDefault(other => other.IsEnding()) is { } before)
            draft.Wait(task, $"waits for the end of {before.Id}");
        else if (!RestartRule.IsDue(task.NotBefore, draft.Spec.Restart, draft.Now))
            draft.Wait(task, task.Observed.Reason, task.NotBefore);
        else
            draft.Release(task, task.NotBefore is null ? "its slot is free" : "its restart delay has passed");
    }

    private void Keep(TaskRecord task)
    {
        if (draft.IsDecided(task)) return;
        switch (task.Observed.State)
        {
            case TaskState.New:
                ReleaseOrWait(task);
                break;
            case TaskState.Pending:
                draft.Wait(task, task.Observed.Reason);
                break;
            default:
                draft.Keep(task, "meant to run");
                break;
        }
    }

    private bool IsProven(TaskRecord task, OpenSlot? open) =>
        task.Observed.IsReady() && (open is null || task.SpecVersion < rollout!.Target || open.IsProven(task, draft.Spec.Update.Monitor, draft.Now));

    private bool IsInReach(TaskRecord task) => draft.NodeOf(task) is null or { Status.Condition: NodeCondition.Ready };

    /// <summary>Why a task shall be replaced by another one in its slot now; null if it stays.</summary>
    private string? WhyReplaced(TaskSlot slot, TaskRecord task)
    {
        var node = draft.NodeOf(task);
        if (!IsInReach(task)) return null;
        if (rollout?.OpenSlot(slot) is not null && task.SpecVersion < rollout.Target)
            return string.Create(CultureInfo.InvariantCulture, $"rollout of version {draft.Current.Version}");
        if (node is null) return null;
        if (draft.Slots[slot].Evicted == task.Id.Generation) return $"moved off {node.Description.Name}";
        if (slot.Node is not null) return null;
        if (node.Spec.Availability == NodeAvailability.Drained) return $"{node.Description.Name} is drained";

        // A task that a rollout has yet to reach is judged by its own version, or its successor would be placed and judged differently.
        var placement = (task.SpecVersion >= draft.Current.TaskVersion ? draft.Current : draft.Snapshot.State.RevisionOf(task)).Spec.Placement;
        return NodeFit.UnmetConstraint(node, placement) is { } constraint ? $"{node.Description.Name} does not meet {constraint}" : null;
    }

    private bool IsStopFirst(TaskSlot slot, TaskRecord task) =>
        rollout?.OpenSlot(slot) is not null && task.SpecVersion < rollout.Target
            ? Replacement.IsStopFirst(draft.Spec) || draft.VolumeThatBinds(task) is not null && draft.Spec.Update.Order != UpdateOrder.StartFirst
            : draft.VolumeThatBinds(task) is not null;

    private long TargetOf(TaskSlot slot) => rollout?.OpenSlot(slot) is not null ? rollout.Target : draft.Slots[slot].Version;

    private long VersionFor(TaskSlot slot) => draft.Snapshot.State.LatestOf(TargetOf(slot)).Version;

    private SlotState GiveUpIfOver(TaskSlot slot, SlotState state, TaskRecord ended)
    {
        var restart = draft.Spec.Restart;
        if (state.GivenUp is not null) return state;
        var over = (restart.Condition ?? RestartCondition.Any) switch
        {
            RestartCondition.None => $"{ended.Id} {ended.Ending()}, and its restart condition is none",
            RestartCondition.OnFailure when ended.Observed.State == TaskState.Complete => $"{ended.Id} has completed",
            _ when RestartRule.IsUsedUp(state.Ends, restart, draft.Now) => string.Create(
                CultureInfo.InvariantCulture,
                $"{ended.Id} {ended.Ending()}, and {restart.MaxAttempts} restarts within {restart.Window.TotalSeconds:0.#} s are used up"),
            _ => null,
        };
        if (over is null) return state;
        var given = state with { GivenUp = new(draft.Current.Version, over) };
        draft.SetSlot(slot, given);
        return given;
    }
}
