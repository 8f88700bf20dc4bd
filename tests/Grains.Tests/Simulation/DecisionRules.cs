using Warren.Grains.Rollout;
using Warren.Grains.Services;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Simulation;

/// <summary>
/// What holds for every decision about a service, whatever happened before. The shells of grains can be checked with it too.
/// </summary>
internal static class DecisionRules
{
    public static void Check(ServiceSnapshot snapshot, ServicePlan plan)
    {
        EachTaskHasOneDecision(snapshot, plan);
        NothingIsLeftToDo(snapshot, plan);
        NoSlotIsCrowded(plan);
        if (snapshot.State.IsRemoving) return;
        NoMoreTasksThanTheSurge(snapshot, plan);
        OnlySlotsInTheBatchChange(snapshot, plan);
        NothingServesLessThanItMust(snapshot, plan);
        NothingIsGivenUpWithAGoodNode(snapshot, plan);
    }

    private static void EachTaskHasOneDecision(ServiceSnapshot snapshot, ServicePlan plan)
    {
        plan.Decisions.Select(decision => decision.Task).ShouldBe(snapshot.State.Tasks.Keys);
        plan.Decisions.ShouldAllBe(decision => decision.Reason.Length > 0);
        plan.Create.ShouldAllBe(task => task.DesiredReason.Length > 0);
        plan.Create.Select(task => task.Id.Generation).ShouldBeUnique();
        plan.Create.ShouldAllBe(task => task.Id.Generation >= snapshot.State.NextGeneration && task.Id.Generation < plan.Next.NextGeneration);
    }

    private static void NothingIsLeftToDo(ServiceSnapshot snapshot, ServicePlan plan)
    {
        var again = ServiceReconciler.Compute(snapshot with { State = plan.Next });
        var actions = again.Decisions.Where(decision => decision.Action is not (TaskAction.Keep or TaskAction.Wait))
            .Select(decision => decision.ToString()).Concat(again.Create.Select(task => $"create {task.Id}: {task.DesiredReason}"));
        actions.ShouldBeEmpty();
        again.IsChange.ShouldBeFalse();
    }

    private static void NoSlotIsCrowded(ServicePlan plan)
    {
        foreach (var slot in plan.Next.Tasks.Values.Where(task => task.IsLive()).GroupBy(task => task.Id.Slot))
            slot.Count().ShouldBeLessThanOrEqualTo(2, $"slot {slot.Key}");
    }

    // Of each slot that is being replaced one task more, and of each that is being moved. A slot whose node was lost in the middle of it left the
    // batch, so that it holds nobody up, and is begun again when its turn comes: it counts only if it became one just now.
    private static void NoMoreTasksThanTheSurge(ServiceSnapshot snapshot, ServicePlan plan)
    {
        var target = plan.Next.Rollout?.Target ?? 0;
        var before = WithBothVersions(snapshot.State, target);
        WithBothVersions(plan.Next, target).Count(slot => plan.Next.Rollout!.Open.ContainsKey(slot) || !before.Contains(slot)).ShouldBeLessThanOrEqualTo(
            Math.Max(plan.Next.Current.Spec.Update.Parallelism, snapshot.State.Rollout?.Open.Count ?? 0), "slots with a task of each version");
    }

    private static HashSet<TaskSlot> WithBothVersions(ServiceState state, long target) =>
    [
        .. state.Tasks.Values.Where(task => task.IsLive()).GroupBy(task => task.Id.Slot)
            .Where(slot => slot.Any(task => task.SpecVersion < target) && slot.Any(task => task.SpecVersion >= target))
            .Select(slot => slot.Key),
    ];

    private static void OnlySlotsInTheBatchChange(ServiceSnapshot snapshot, ServicePlan plan)
    {
        var update = plan.Next.Current.Spec.Update;

        // A batch that began when more was allowed is finished.
        var most = Math.Max(update.Parallelism, snapshot.State.Rollout?.Open.Count ?? 0);
        var open = plan.Next.Rollout?.Open;
        (open?.Count ?? 0).ShouldBeLessThanOrEqualTo(most, "slots in the batch");
        foreach (var task in plan.Create)
        {
            var slot = plan.Next.Slots.GetValueOrDefault(task.Id.Slot);
            if (slot is null) continue;
            var revision = plan.Next.Revisions.Single(revision => revision.Version == task.SpecVersion);
            if (open?.ContainsKey(task.Id.Slot) == true) revision.Version.ShouldBe(plan.Next.Current.Version);
            else if (plan.Next.Revisions.Any(other => other.TaskVersion == slot.Version)) revision.TaskVersion.ShouldBe(slot.Version);
        }
    }

    private static void NothingServesLessThanItMust(ServiceSnapshot snapshot, ServicePlan plan)
    {
        var spec = plan.Next.Current.Spec;
        if (spec.Mode is ServiceMode.Job or ServiceMode.Cron) return;
        foreach (var decision in plan.Decisions.Where(decision => decision.Action is TaskAction.Leave or TaskAction.Stop))
        {
            var task = snapshot.State.Tasks[decision.Task];
            var isServing = task.Desired == DesiredState.Running && task.Observed.IsReady();
            if (!isServing || !plan.Next.Slots.ContainsKey(task.Id.Slot)) continue;
            var serves = plan.Next.Tasks.Values.Any(other => other.Id.Slot == task.Id.Slot && other.IsLive() && other.Observed.IsReady());
            if (serves) continue;
            Replacement.IsStopFirst(spec).ShouldBeTrue($"{task.Id} was ready and {decision.Reason}, and nothing in its slot is");
            var down = plan.Next.Slots.Keys.Count(slot =>
                plan.Next.Slots[slot].GivenUp is null
                && !plan.Next.Tasks.Values.Any(other => other.Id.Slot == slot && other.IsLive() && other.Observed.IsReady()));
            down.ShouldBeLessThanOrEqualTo(Math.Max(spec.Update.Parallelism, plan.Next.Rollout?.Open.Count ?? 0), $"slots that do not serve after {task.Id}: {decision.Reason}");
        }
    }

    private static void NothingIsGivenUpWithAGoodNode(ServiceSnapshot snapshot, ServicePlan plan)
    {
        foreach (var decision in plan.In(TaskAction.Orphan))
        {
            var node = snapshot.State.Tasks[decision.Task].Node!.Value;
            var isGone = snapshot.RemovedNodes.Contains(node) || snapshot.Nodes[node].Status.Condition == NodeCondition.Lost;
            isGone.ShouldBeTrue($"{decision.Task} on {node}");
        }
    }
}
