using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>Where a schedule stands, as it is stored.</summary>
internal sealed record CronState
{
    /// <summary>The schedule and the time zone that it was for.</summary>
    public required string Schedule { get; init; }

    /// <summary>All times up to this one have been decided about.</summary>
    public required DateTimeOffset Through { get; init; }

    /// <summary>The latest times for which runs were begun, in order, so that none is begun again after the clock was put back.</summary>
    public ImmutableSortedSet<DateTimeOffset> Started { get; init; } = [];

    /// <summary>Times whose runs begin when the ones before have ended, in order.</summary>
    public ImmutableArray<DateTimeOffset> Queue { get; init; } = [];
}
