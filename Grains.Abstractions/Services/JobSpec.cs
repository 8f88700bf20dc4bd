namespace Warren.Services;

/// <summary>How one run of a job goes: so many slots must each end with exit code 0.</summary>
[GenerateSerializer, Alias("warren.job-spec"), Immutable]
public sealed record JobSpec
{
    /// <summary>One task, tried again three times, no deadline, ten results kept.</summary>
    public static JobSpec Default { get; } = new();

    /// <summary>How many tasks must complete, 1 to 9,999. Default: 1.</summary>
    [Id(0)]
    public int Completions { get; init; } = 1;

    /// <summary>How many tasks of a run are there at once at most, at least 1. Default: 1.</summary>
    [Id(1)]
    public int Parallelism { get; init; } = 1;

    /// <summary>
    /// How often each slot is tried again after a failure, at least 0; once it has failed for good, so has the run, and its other tasks are
    /// stopped. A task that was lost with its node or moved by a drain is no failure. Default: 3.
    /// </summary>
    [Id(2)]
    public int Retries { get; init; } = 3;

    /// <summary>So long after its begin a run that is not complete has failed, and its tasks are stopped. Default: none.</summary>
    [Id(3)]
    public TimeSpan? Deadline { get; init; }

    /// <summary>Results of how many finished runs are kept, 1 to 1,000. Default: 10.</summary>
    [Id(4)]
    public int KeptRuns { get; init; } = 10;
}
