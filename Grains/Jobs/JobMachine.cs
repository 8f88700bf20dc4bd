using System.Collections.Immutable;
using System.Globalization;
using Warren.Grains.Services;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Jobs;

/// <summary>The life of one run: which slots get a task, and when it has ended, in which way.</summary>
internal static class JobMachine
{
    /// <summary>A task of the run has ended. To be called once for each.</summary>
    public static JobRun Ended(JobRun run, TaskRecord task, RestartSpec restart, DateTimeOffset now)
    {
        var number = task.Id.Slot.Number;
        var slot = run.Slots.GetValueOrDefault(number) ?? new();
        var isFailure = task.EndedByItself() && task.Observed.State != TaskState.Complete;
        var next = task.Observed.State == TaskState.Complete ? slot with { IsComplete = true }
            : isFailure ? slot with
            {
                Failures = slot.Failures + 1,
                Ends = RestartRule.WithEnd(slot.Ends, restart, now),
                LastFailure = $"{task.Id} {task.Ending()}",
            }
            : slot;
        return next == slot ? run : run with { Slots = run.Slots.SetItem(number, next) };
    }

    /// <summary>Ends a run before its time.</summary>
    public static JobRun Stop(JobRun run, string reason) => run.Outcome is null ? run with { Outcome = JobOutcome.Stopped, Reason = reason } : run;

    /// <summary>Takes the next step.</summary>
    /// <remarks><paramref name="busy"/>: the slots with a task that has not ended.</remarks>
    public static JobStep Step(JobRun run, JobSpec job, RestartSpec restart, IReadOnlySet<int> busy, DateTimeOffset now)
    {
        if (run.Outcome is not null) return new(run);
        if (Judge(run, job, restart, now) is { } ended) return new(ended);

        var begin = ImmutableArray.CreateBuilder<JobBegin>();
        var budget = job.Parallelism - busy.Count;

        // Slots that were begun go on before others begin.
        var begun = run.Slots.Where(slot => !slot.Value.IsComplete).Select(slot => slot.Key);
        var fresh = Enumerable.Range(1, job.Completions).Where(number => !run.Slots.ContainsKey(number));
        foreach (var number in begun.Concat(fresh).Where(number => number <= job.Completions && !busy.Contains(number)))
        {
            if (budget-- <= 0) break;
            begin.Add(Begin(run, number, job, restart, now));
        }

        var slots = run.Slots.AddRange(
            begin.Where(slot => !run.Slots.ContainsKey(slot.Number)).Select(slot => KeyValuePair.Create(slot.Number, new JobSlot())));
        return new(begin.Count == 0 || slots == run.Slots ? run : run with { Slots = slots })
        {
            Begin = begin.DrainToImmutable(),
            WakeAt = run.StartedAt + job.Deadline,
        };
    }

    private static JobRun? Judge(JobRun run, JobSpec job, RestartSpec restart, DateTimeOffset now)
    {
        var retries = restart.Condition == RestartCondition.None ? 0 : job.Retries;
        foreach (var (number, slot) in run.Slots)
        {
            if (slot.IsComplete || slot.Failures <= retries) continue;
            return run with
            {
                Outcome = JobOutcome.Failed,
                Reason = string.Create(CultureInfo.InvariantCulture, $"slot {number} failed {slot.Failures} times, the last time: {slot.LastFailure}"),
            };
        }

        // Before the deadline: what is complete is not late.
        if (run.Slots.Values.Count(slot => slot.IsComplete) >= job.Completions)
        {
            var reason = string.Create(CultureInfo.InvariantCulture, $"{job.Completions} slots completed");
            return run with { Outcome = JobOutcome.Complete, Reason = reason };
        }

        if (job.Deadline is { } deadline && now - run.StartedAt >= deadline)
        {
            return run with
            {
                Outcome = JobOutcome.Failed,
                Reason = string.Create(CultureInfo.InvariantCulture, $"its deadline of {deadline.TotalSeconds:0.#} s has passed"),
            };
        }

        return null;
    }

    private static JobBegin Begin(JobRun run, int number, JobSpec job, RestartSpec restart, DateTimeOffset now)
    {
        if (run.Slots.GetValueOrDefault(number) is not { Failures: > 0 } slot)
            return new(number, null, string.Create(CultureInfo.InvariantCulture, $"run {run.Number}, slot {number} of {job.Completions}"));
        var reason = string.Create(CultureInfo.InvariantCulture, $"retry {slot.Failures} of {job.Retries}: {slot.LastFailure}");
        return new(number, RestartRule.NotBefore(slot.Ends, restart, now), reason);
    }
}
