using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>What is kept of a run that has ended.</summary>
internal sealed record JobRunResult
{
    /// <summary>The most failed slots that are told apart; of more only the number is kept.</summary>
    public const int MaxFailedSlots = 20;

    /// <summary>Its number.</summary>
    public required int Number { get; init; }

    /// <summary>The version of the spec that it ran.</summary>
    public required long Version { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the last of its tasks had ended.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>The time of the schedule that it stood for. Null: it was not begun by a schedule.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Why it began.</summary>
    public required string Trigger { get; init; }

    /// <summary>How it ended.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>Why it ended so.</summary>
    public required string Reason { get; init; }

    /// <summary>How many slots completed.</summary>
    public required int Completed { get; init; }

    /// <summary>How many tasks failed.</summary>
    public required int Failures { get; init; }

    /// <summary>The first slots of which a task failed, by number, with how the last one did.</summary>
    public ImmutableSortedDictionary<int, string> FailedSlots { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>What is kept of a run.</summary>
    public static JobRunResult Of(JobRun run, DateTimeOffset now) => new()
    {
        Number = run.Number,
        Version = run.Version,
        StartedAt = run.StartedAt,
        FinishedAt = now,
        ScheduledAt = run.ScheduledAt,
        Trigger = run.Trigger,
        Outcome = run.Outcome ?? throw new InvalidOperationException($"run {run.Number} has no outcome yet"),
        Reason = run.Reason,
        Completed = run.Slots.Values.Count(slot => slot.IsComplete),
        Failures = run.Slots.Values.Sum(slot => slot.Failures),
        FailedSlots = run.Slots.Where(slot => slot.Value.Failures > 0).Take(MaxFailedSlots)
            .ToImmutableSortedDictionary(slot => slot.Key, slot => slot.Value.LastFailure),
    };
}
