using System.Collections.Immutable;
using Warren.Grains.Jobs;
using Warren.Grains.Rollout;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>How a service is shown.</summary>
internal static class ServiceStatusOf
{
    /// <summary>The service; null if there is none.</summary>
    /// <remarks><paramref name="explained"/>: what the scheduler says of tasks that wait.</remarks>
    public static ServiceStatus? State(
        ServiceState state, IReadOnlyDictionary<TaskId, string> explained, ImmutableArray<string> waits, DateTimeOffset? nextAt)
    {
        if (state.Revisions.IsEmpty) return null;
        var runs = state.Runs ?? RunsState.Empty;
        return new()
        {
            Revision = state.Current,
            Tasks = [.. state.Tasks.Values.Select(task => Explain(task, explained))],
            IsRemoving = state.IsRemoving,
            Rollout = state.Rollout is { } rollout ? Rollout(rollout, state) : null,
            ActiveRuns = [.. runs.Active.Select(Run)],
            FinishedRuns = [.. runs.Finished.Select(Run)],
            Waits = waits,
            NextAt = nextAt,
        };
    }

    private static TaskRecord Explain(TaskRecord task, IReadOnlyDictionary<TaskId, string> explained) =>
        task.Observed.State == TaskState.Pending && explained.TryGetValue(task.Id, out var reason)
            ? task with { Observed = task.Observed with { Reason = reason } }
            : task;

    private static RolloutStatus Rollout(RolloutState rollout, ServiceState state) => new()
    {
        From = state.LatestOf(rollout.From).Version,
        To = state.LatestOf(rollout.Target).Version,
        Phase = rollout.Phase switch
        {
            RolloutPhase.Rolling => "rolling",
            RolloutPhase.Paused => "paused",
            _ => "done",
        },
        Reason = rollout.Reason,
        Updated = state.Slots.Values.Count(slot => slot.Version >= rollout.Target),
        Total = state.Slots.Count,
    };

    private static RunStatus Run(JobRun run) => new()
    {
        Number = run.Number,
        StartedAt = run.StartedAt,
        ScheduledAt = run.ScheduledAt,
        Trigger = run.Trigger,
        Reason = run.Reason,
        Completed = run.Slots.Values.Count(slot => slot.IsComplete),
        Failed = run.Slots.Values.Sum(slot => slot.Failures),
    };

    private static RunStatus Run(JobRunResult run) => new()
    {
        Number = run.Number,
        StartedAt = run.StartedAt,
        ScheduledAt = run.ScheduledAt,
        Trigger = run.Trigger,
        FinishedAt = run.FinishedAt,
        Succeeded = run.Outcome == JobOutcome.Complete,
        Reason = run.Reason,
        Completed = run.Completed,
        Failed = run.Failures,
    };
}
