using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>A run of a job that has not ended, or whose tasks have not.</summary>
internal sealed record JobRun
{
    /// <summary>From 1, one more with each run of the service.</summary>
    public required int Number { get; init; }

    /// <summary>The version of the spec that its tasks run.</summary>
    public required long Version { get; init; }

    /// <summary>When it began, by the manager's clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The time of the schedule that it stands for. Null: it was not begun by a schedule.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Why it began, for people.</summary>
    public required string Trigger { get; init; }

    /// <summary>The slots that were begun, by their numbers.</summary>
    public ImmutableSortedDictionary<int, JobSlot> Slots { get; init; } = ImmutableSortedDictionary<int, JobSlot>.Empty;

    /// <summary>How it ended; its tasks may still be ending. Null: it goes on.</summary>
    public JobOutcome? Outcome { get; init; }

    /// <summary>Why it ended so, for people.</summary>
    public string Reason { get; init; } = "";
}
