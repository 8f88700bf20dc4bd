using System.Collections.Immutable;
using System.Globalization;
using Warren.Grains.Services;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Jobs;

/// <summary>What becomes of the tasks of a job or cron job.</summary>
internal static class JobReconciler
{
    /// <summary>Of how many runs that have ended the last task of each slot is kept to be looked at.</summary>
    private const int RunsWithTasks = 3;

    /// <summary>Decides; <see cref="ServiceReconciler"/> has given up what was lost.</summary>
    public static ServicePlan Compute(ServiceDraft draft)
    {
        var before = draft.Snapshot.State.Runs ?? RunsState.Empty;
        var runs = draft.Spec.Mode == ServiceMode.Cron ? FollowSchedule(draft, before) : FollowSpec(draft, before);
        MoveOffDrainedNodes(draft);
        var active = runs.Active.Select(run => Advance(draft, run)).ToImmutableArray();
        Release(draft);

        // A run ends with its last task, so that the next one never meets it.
        var ended = active.Where(run => run.Outcome is not null && !HasTasksLeft(draft, run)).ToArray();
        var kept = (draft.Spec.Job ?? JobSpec.Default).KeptRuns;
        runs = runs with
        {
            Active = [.. active.Except(ended)],
            Finished = [.. runs.Finished.Concat(ended.Select(run => JobRunResult.Of(run, draft.Now))).TakeLast(kept)],
        };
        if (!Same(runs, before)) draft.MarkChanged();
        if (ended.Length > 0) draft.WakeAt(draft.Now + TimeSpan.FromTicks(1));

        var goOn = runs.Active.Select(run => run.Number).ToHashSet();
        var looked = runs.Finished.TakeLast(RunsWithTasks).Select(run => run.Number).ToHashSet();
        ServiceReconciler.SeeOff(draft, draft.Snapshot.Options.FinishedPerSlot, slot => goOn.Contains(slot.Run) || looked.Contains(slot.Run));
        foreach (var slot in draft.Slots.Keys.ToArray()) draft.DropSlot(slot);
        return draft.Finish(draft.Snapshot.State.Rollout, state => Same(runs, before) ? state : state with { Runs = runs });
    }

    private static RunsState FollowSpec(ServiceDraft draft, RunsState runs)
    {
        var version = draft.Current.TaskVersion;
        if (runs.RunVersion != version)
        {
            var why = string.Create(CultureInfo.InvariantCulture, $"version {draft.Current.Version} of the spec");
            runs = StopAll(runs, $"{why} takes its place");
            if (runs.Active.IsEmpty) runs = Begin(draft, runs, why, null) with { RunVersion = version };
        }
        else if (!runs.Requested.IsEmpty && runs.Active.IsEmpty)
        {
            runs = Begin(draft, runs, runs.Requested[0], null) with { Requested = runs.Requested.RemoveAt(0) };
        }

        return runs;
    }

    private static RunsState FollowSchedule(ServiceDraft draft, RunsState runs)
    {
        if (draft.Spec.Cron is not { } cron) throw new InvalidOperationException($"{draft.Spec.Name} is a cron job without a schedule");
        foreach (var why in runs.Requested) runs = Begin(draft, runs, why, null);
        runs = runs with { Requested = [] };
        var step = CronMachine.Step(runs.Cron, cron, runs.Active.Any(run => run.ScheduledAt is not null), draft.Now);
        runs = runs with { Cron = step.State };
        if (step.StopActive is { } reason)
        {
            runs = runs with
            {
                Active = [.. runs.Active.Select(run => run.ScheduledAt is null ? run : JobMachine.Stop(run, reason))],
            };
        }

        foreach (var time in step.Start)
            runs = Begin(draft, runs, string.Create(CultureInfo.InvariantCulture, $"schedule, {time:yyyy-MM-dd HH:mm zzz}"), time);
        foreach (var (time, why) in step.LeftOut)
            draft.SayWait(string.Create(CultureInfo.InvariantCulture, $"the run of {time:yyyy-MM-dd HH:mm zzz} is left out: {why}"));
        if (step.NextAt is { } next) draft.WakeAt(next);
        return runs;
    }

    private static RunsState Begin(ServiceDraft draft, RunsState runs, string why, DateTimeOffset? scheduledAt) => runs with
    {
        NextRun = runs.NextRun + 1,
        Active = runs.Active.Add(new()
        {
            Number = runs.NextRun,
            Version = draft.Current.Version,
            StartedAt = draft.Now,
            ScheduledAt = scheduledAt,
            Trigger = why,
        }),
    };

    private static RunsState StopAll(RunsState runs, string reason) =>
        runs with { Active = [.. runs.Active.Select(run => JobMachine.Stop(run, reason))] };

    private static JobRun Advance(ServiceDraft draft, JobRun run)
    {
        var busy = draft.Tasks.Where(task => task.Id.Slot.Run == run.Number && !task.Observed.State.IsFinal)
            .Select(task => task.Id.Slot.Number).ToHashSet();
        var step = JobMachine.Step(run, draft.Spec.Job ?? JobSpec.Default, draft.Spec.Restart, busy, draft.Now);
        foreach (var begin in step.Begin) draft.Create(TaskSlot.InRun(run.Number, begin.Number), run.Version, begin.NotBefore, begin.Reason);
        if (step.WakeAt is { } time) draft.WakeAt(time);
        if (step.Run.Outcome is null) return step.Run;
        foreach (var task in draft.Tasks.Where(task => task.Id.Slot.Run == run.Number && task.IsLive()).ToArray())
            draft.Stop(task, $"its run has ended: {step.Run.Reason}", gracefully: false);
        return step.Run;
    }

    // A task of a job must not run twice, so it ends before another one begins elsewhere.
    private static void MoveOffDrainedNodes(ServiceDraft draft)
    {
        foreach (var task in draft.Tasks.Where(task => task.IsLive() && task.Observed.State.IsOnNode && !draft.IsDecided(task)).ToArray())
        {
            if (draft.NodeOf(task) is { Spec.Availability: NodeAvailability.Drained, Status.Condition: NodeCondition.Ready } node)
                draft.Stop(task, $"{node.Description.Name} is drained", gracefully: false);
        }
    }

    private static void Release(ServiceDraft draft)
    {
        foreach (var task in draft.Tasks.Where(task => task.IsLive() && !draft.IsDecided(task)).ToArray())
        {
            if (task.Observed.State == TaskState.New)
            {
                if (RestartRule.IsDue(task.NotBefore, draft.Spec.Restart, draft.Now)) draft.Release(task, "its restart delay has passed");
                else draft.Wait(task, task.Observed.Reason, task.NotBefore);
            }
            else if (task.Observed.State == TaskState.Pending)
            {
                draft.Wait(task, task.Observed.Reason);
            }
            else
            {
                draft.Keep(task, "meant to run to its end");
            }
        }
    }

    private static bool HasTasksLeft(ServiceDraft draft, JobRun run) =>
        draft.Tasks.Any(task => task.Id.Slot.Run == run.Number && !task.Observed.State.IsFinal);

    private static bool Same(RunsState left, RunsState right) =>
        left.NextRun == right.NextRun && left.RunVersion == right.RunVersion && left.Cron == right.Cron
        && left.Active.SequenceEqual(right.Active) && left.Finished.SequenceEqual(right.Finished) && left.Requested.SequenceEqual(right.Requested);
}
