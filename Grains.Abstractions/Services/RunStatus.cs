namespace Warren.Services;

/// <summary>A run of a job or cron job.</summary>
[GenerateSerializer, Alias("warren.run-status"), Immutable]
public sealed record RunStatus
{
    /// <summary>From 1, one more with each run of the service.</summary>
    [Id(0)]
    public required int Number { get; init; }

    /// <summary>When it began.</summary>
    [Id(1)]
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The time of the schedule that it stands for. Null: it was not begun by a schedule.</summary>
    [Id(2)]
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Why it began, for people.</summary>
    [Id(3)]
    public required string Trigger { get; init; }

    /// <summary>When it ended; null: it goes on.</summary>
    [Id(4)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Whether it ended well; null: it goes on.</summary>
    [Id(5)]
    public bool? Succeeded { get; init; }

    /// <summary>Why it ended so, for people.</summary>
    [Id(6)]
    public string Reason { get; init; } = "";

    /// <summary>Tasks that have completed.</summary>
    [Id(7)]
    public int Completed { get; init; }

    /// <summary>Tries that have failed.</summary>
    [Id(8)]
    public int Failed { get; init; }
}
