namespace Warren.Grains.Events;

/// <summary>Settings of the event log.</summary>
internal sealed record EventLogOptions
{
    /// <summary>The defaults below.</summary>
    public static EventLogOptions Default { get; } = new();

    /// <summary>How many events are kept at least, 1 or more; up to a chunk more are. Not to be changed for a log that is there: it says in which row a chunk is. Default: 10,000.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>
    /// The least time from the begin of one write to that of the next, so that a burst rewrites the last chunk a few times and not for each of its callers.
    /// Default: 25 ms.
    /// </summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>How many events are given to a follower at once. Default: 200.</summary>
    public int Page { get; init; } = 200;
}
