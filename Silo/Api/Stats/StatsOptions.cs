namespace Warren.Silo.Api.Stats;

/// <summary>How the use of nodes is shown.</summary>
internal sealed record StatsOptions
{
    /// <summary>How long the first numbers of a node are waited for, before the others are shown without it. Default: 3 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How much longer than the interval the numbers of a node are shown, before they are too old. Default: 3 s.</summary>
    public TimeSpan Slack { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How much longer than the interval a node may say nothing, before it is asked anew. Default: 10 s.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time before a node that could not be asked is asked again. Default: 1 s.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);
}
