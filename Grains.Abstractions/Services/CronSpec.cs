namespace Warren.Services;

/// <summary>When the runs of a cron job begin.</summary>
[GenerateSerializer, Alias("warren.cron-spec"), Immutable]
public sealed record CronSpec
{
    /// <summary>Five fields (minute, hour, day of month, month, day of week), or <c>@hourly</c> and the like; see <see cref="CronSchedule"/>.</summary>
    [Id(0)]
    public required string Schedule { get; init; }

    /// <summary>The IANA name of the time zone in which the schedule is read, <c>Europe/Berlin</c>. Default: UTC.</summary>
    [Id(1)]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>What becomes of runs whose time passed while nobody could begin them. Default: <see cref="MissedRunPolicy.RunOnce"/>.</summary>
    [Id(2)]
    public MissedRunPolicy MissedRuns { get; init; }

    /// <summary>A missed run older than this is left out, whatever the policy; at least 1 s. Default: 1 day.</summary>
    [Id(3)]
    public TimeSpan MissedRunLimit { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What happens when a run is due and the last one has not ended. Default: <see cref="OverlapPolicy.Skip"/>.</summary>
    [Id(4)]
    public OverlapPolicy Overlap { get; init; }

    /// <summary>Whether no run begins; what passes meanwhile does not count as missed. Default: false.</summary>
    [Id(5)]
    public bool Suspended { get; init; }
}
