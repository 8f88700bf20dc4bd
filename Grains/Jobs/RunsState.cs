using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>The runs of a job or cron job, as they are stored.</summary>
internal sealed record RunsState
{
    /// <summary>Before the first run.</summary>
    public static RunsState Empty { get; } = new();

    /// <summary>The number of the next run.</summary>
    public int NextRun { get; init; } = 1;

    /// <summary>Runs that go on, or whose tasks have not all ended, oldest first.</summary>
    public ImmutableArray<JobRun> Active { get; init; } = [];

    /// <summary>Runs that have ended, oldest first; as many as the spec keeps.</summary>
    public ImmutableArray<JobRunResult> Finished { get; init; } = [];

    /// <summary>
    /// The version (as <see cref="Warren.Services.ServiceRevision.TaskVersion"/> counts) for which a job had its run; 0: none.
    /// </summary>
    public long RunVersion { get; init; }

    /// <summary>Runs that someone asked for and that have not begun, with why.</summary>
    public ImmutableArray<string> Requested { get; init; } = [];

    /// <summary>Where a schedule stands. Null: there is none.</summary>
    public CronState? Cron { get; init; }
}
