using Warren.Grains.Jobs;
using Warren.Grains.Rollout;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// Compares what a service shall be with the tasks that are there. Applied to its own <see cref="ServicePlan.Next"/> at the same time it
/// finds nothing
/// more to do. The rules are in docs/task-life-cycle.md and docs/rollout.md.
/// </summary>
internal static class ServiceReconciler
{
    /// <summary>Decides what becomes of each task, and which tasks are made.</summary>
    public static ServicePlan Compute(ServiceSnapshot snapshot)
    {
        if (snapshot.ImageWaitUntil is { } until && !snapshot.State.IsRemoving) return HoldUp(snapshot, until);
        var draft = new ServiceDraft(snapshot);
        if (snapshot.State.IsRemoving) return Remove(draft);
        GiveUpWithNodes(draft);
        if (draft.Spec.Mode is ServiceMode.Job or ServiceMode.Cron) return JobReconciler.Compute(draft);

        ForgetOldVerdicts(draft);
        var dropped = WantedSlots.Adjust(draft, RolloutMachine.VersionOfNewSlots(snapshot.State));

        // Before the rollout looks for slots that it may begin: one that a move has just finished with is one.
        new SlotReconciler(draft, snapshot.State.Rollout).FinishMoves();
        var rollout = AdvanceRollout(draft);
        var slots = new SlotReconciler(draft, rollout);
        foreach (var slot in draft.Slots.Keys.ToArray()) slots.Decide(slot);
        foreach (var (slot, reason) in dropped)
        {
            foreach (var task in draft.TasksIn(slot).Where(task => task.IsLive()).ToArray()) draft.Stop(task, reason);
        }

        SeeOff(draft, draft.Snapshot.Options.FinishedPerSlot, draft.Slots.ContainsKey);
        return draft.Finish(rollout);
    }

    /// <summary>Goes on with the version before those that are held up; without one, with nothing.</summary>
    private static ServicePlan HoldUp(ServiceSnapshot snapshot, DateTimeOffset until)
    {
        var state = snapshot.State;
        var wait = $"the managers are finding out what the image {state.Current.Spec.Container.Image} means";
        var first = state.Revisions.Length;
        while (first > 0 && RevisionImages.IsUnderWay(state.Revisions[first - 1])) first--;
        if (first == 0)
        {
            var draft = new ServiceDraft(snapshot);
            foreach (var task in draft.Tasks.ToArray()) draft.Wait(task, wait);
            draft.SayWait(wait);
            draft.WakeAt(until);
            return draft.Finish(state.Rollout);
        }

        var plan = Compute(snapshot with { State = state with { Revisions = state.Revisions[..first] }, ImageWaitUntil = null });
        return plan with
        {
            Next = plan.IsChange ? plan.Next with { Revisions = [.. plan.Next.Revisions, .. state.Revisions[first..]] } : state,
            Waits = plan.Waits.Add(wait),
            WakeAt = plan.WakeAt < until ? plan.WakeAt : until,
        };
    }

    /// <summary>What all modes do with tasks that are meant to end, or have ended.</summary>
    /// <remarks><paramref name="kept"/>: how many finished tasks are kept in a slot that goes on.</remarks>
    internal static void SeeOff(ServiceDraft draft, int kept, Func<TaskSlot, bool> goesOn)
    {
        foreach (var slot in draft.UsedSlots.ToArray())
        {
            var tasks = draft.TasksIn(slot).ToArray();
            var left = goesOn(slot) ? kept : 0;
            for (var i = tasks.Length - 1; i >= 0; i--)
            {
                var task = tasks[i];
                var isOfInterest = task.Observed.State.IsFinal && !WasWithdrawn(task);
                if (isOfInterest) left--;
                if (task.Observed.State.IsFinal)
                {
                    if (!isOfInterest || left < 0) SeeOffEnded(draft, task);
                    else if (!draft.IsDecided(task)) draft.Keep(task, "kept for its history");
                }
                else if (!draft.IsDecided(task))
                {
                    if (task.IsEnding()) SeeOffEnding(draft, task);
                    else if (!goesOn(slot)) draft.Stop(task, "its slot is gone");
                }
            }
        }
    }

    private static void SeeOffEnding(ServiceDraft draft, TaskRecord task)
    {
        if (task.Desired == DesiredState.Leaving)
        {
            // Before the decision: the clock was put back, and nobody knows how long it has been.
            var left = task.DesiredAt + draft.TrafficGrace - draft.Now;
            var isReady = task.Observed.IsReady() && task.DesiredAt <= draft.Now;
            if (left > TimeSpan.Zero && isReady) draft.Wait(task, $"leaves its traffic: {task.DesiredReason}", draft.Now + left);
            else draft.Stop(task, task.DesiredReason);
        }
        else
        {
            draft.Wait(task, $"ends: {task.DesiredReason}");
        }
    }

    // What never reached a node has no history.
    private static bool WasWithdrawn(TaskRecord task) => task.Node is null && task.Desired > DesiredState.Running;

    // Also what this very decision ended: it need not be looked at again for that.
    private static void SeeOffEnded(ServiceDraft draft, TaskRecord task)
    {
        var nothingIsLeft = task.Node is not { } node || draft.Snapshot.RemovedNodes.Contains(node) || draft.Snapshot.Cleaned.Contains(task.Id);
        if (nothingIsLeft) draft.Forget(task, "nothing is left of it");
        else if (task.Desired != DesiredState.Removed) draft.Remove(task, "no longer kept");
        else if (!draft.IsDecided(task)) draft.Wait(task, $"waits for {task.Node} to remove what is left of it");
    }

    private static ServicePlan Remove(ServiceDraft draft)
    {
        foreach (var task in draft.Tasks.ToArray())
        {
            if (task.Observed.State.IsFinal) continue;
            if (draft.WhyLost(task) is { } lost) draft.Orphan(task, lost);
            else if (task.Desired != DesiredState.Removed) draft.Remove(task, "the service is removed");
            else draft.Wait(task, "ends: the service is removed");
        }

        foreach (var task in draft.Tasks.Where(task => task.Observed.State.IsFinal).ToArray()) SeeOffEnded(draft, task);

        return draft.Finish(draft.Snapshot.State.Rollout);
    }

    private static void GiveUpWithNodes(ServiceDraft draft)
    {
        foreach (var task in draft.Tasks.Where(task => task.Observed.State.IsOnNode).ToArray())
        {
            if (draft.WhyLost(task) is not { } lost) continue;
            var isRemoved = draft.Snapshot.RemovedNodes.Contains(task.Node!.Value);
            if (isRemoved || task.Desired != DesiredState.Running) draft.Orphan(task, lost);
            else if (task.Id.Slot.Node is not null) draft.Wait(task, $"{lost}; it goes on when the node returns");
            else if (draft.VolumeThatBinds(task) is { } volume)
                draft.Wait(task, $"{lost}, and its volume {volume} is there; it goes on when the node returns");
            else draft.Orphan(task, lost);
        }
    }

    // Whatever an older version of the spec ended in, a newer one is another try.
    private static void ForgetOldVerdicts(ServiceDraft draft)
    {
        foreach (var (slot, state) in draft.Slots.ToArray())
        {
            if (state.GivenUp is { } given && given.Version < draft.Current.Version) draft.SetSlot(slot, state with { GivenUp = null, Ends = [] });
            else if (state.Evicted is { } evicted && !draft.TasksIn(slot).Any(task => task.Id.Generation == evicted && !task.Observed.State.IsFinal))
                draft.SetSlot(slot, state with { Evicted = null });
        }
    }

    private static RolloutState? AdvanceRollout(ServiceDraft draft)
    {
        var step = RolloutMachine.Step(draft.Snapshot.State.Rollout, RolloutInput.Of(draft));
        foreach (var slot in step.Updated) draft.SetSlot(slot, draft.Slots[slot] with { Version = step.State!.Target });
        foreach (var (task, reason) in step.TimedOut)
        {
            var state = draft.Slots[task.Id.Slot];
            draft.SetSlot(task.Id.Slot, state with { Ends = RestartRule.WithEnd(state.Ends, draft.Spec.Restart, draft.Now) });
            draft.Stop(task, reason, gracefully: false);
        }

        if (step.WakeAt is { } time) draft.WakeAt(time);
        foreach (var wait in step.Waits) draft.SayWait(wait);
        return step.State;
    }
}
