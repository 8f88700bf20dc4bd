namespace Warren.Agent.Stats;

/// <summary>How the use of a node is measured.</summary>
internal sealed record StatsOptions
{
    /// <summary>A reading that is younger is nobody's own: all who ask meanwhile have it. Default: 400 ms.</summary>
    public TimeSpan Fresh { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>The time over which use is averaged before the first answer. Default: 1 s.</summary>
    public TimeSpan FirstSpan { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A reading of somebody else that is older is no beginning for the first answer. Default: 10 s.</summary>
    public TimeSpan LongestFirstSpan { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The least time between two answers to one question, whatever is asked. Default: 500 ms.</summary>
    public TimeSpan LeastInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the reading of all containers may take; those that were not read by then are said to be so. Default: 2 s.</summary>
    public TimeSpan ReadLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many containers are read at once. Default: 4.</summary>
    public int Parallelism { get; init; } = 4;
}
