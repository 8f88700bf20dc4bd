using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Warren.Events;

/// <summary>The bounded, stored log of what happened; key <see cref="Key"/>.</summary>
[Alias("warren.event-log-grain")]
public interface IEventLogGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "events";

    /// <summary>Adds events; their cursors are set here. Returns once they are stored. What was added lately is not added again.</summary>
    [Alias("AppendAsync"), AlwaysInterleave]
    Task AppendAsync(ImmutableArray<ClusterEvent> events);

    /// <summary>The events after a cursor, then those to come, without a gap, until the reader ends.</summary>
    /// <param name="cursor">Of the last event that the reader has; 0: from the oldest that is left; null: only those to come.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EventsGoneException">Events after the cursor are not kept any more, or it never was one.</exception>
    [Alias("FollowAsync")]
    IAsyncEnumerable<ClusterEvent> FollowAsync(long? cursor, CancellationToken cancellationToken = default);

    /// <summary>The cursor of the latest event; 0: there was none.</summary>
    [Alias("GetLastAsync"), AlwaysInterleave]
    Task<long> GetLastAsync();

    /// <summary>A page of events after a cursor; for a reader that does not wait.</summary>
    /// <exception cref="EventsGoneException">Events after the cursor are not kept any more, or it never was one.</exception>
    [Alias("ReadAsync"), AlwaysInterleave]
    Task<ImmutableArray<ClusterEvent>> ReadAsync(long cursor, int most);
}
