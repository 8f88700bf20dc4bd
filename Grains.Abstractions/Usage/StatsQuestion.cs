namespace Warren.Usage;

/// <summary>What is wanted of what a node uses.</summary>
[GenerateSerializer, Alias("warren.stats-question"), Immutable]
public sealed record StatsQuestion
{
    /// <summary>The time between two answers. An agent measures once for all who ask, so that it may be somewhat longer.</summary>
    [Id(0)]
    public required TimeSpan Interval { get; init; }

    /// <summary>Whether what each task uses is wanted, too, which costs more. Default: false.</summary>
    [Id(1)]
    public bool WithTasks { get; init; }
}
