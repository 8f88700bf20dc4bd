using System.Runtime.CompilerServices;
using Warren.Events;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Follows the log for a caller, who does not notice that it moves to another manager, or that its manager dies.</summary>
internal sealed class EventFollower(IEventLogGrain log, TimeProvider time)
{
    // So often in a row, without an event in between; then the caller may have better luck by another manager.
    private const int MostBreaks = 10;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The events after a cursor, then those to come, without a gap.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<ClusterEvent> FollowAsync(long cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var breaks = 1; ; breaks++)
        {
            await using var events = log.FollowAsync(cursor, cancellation).GetAsyncEnumerator(cancellation);
            while (await HasNextAsync(events, breaks < MostBreaks, cancellation))
            {
                (cursor, breaks) = (events.Current.Cursor, 0);
                yield return events.Current;
            }

            await Task.Delay(s_pause, time, cancellation);
        }
    }

    // False: the log was activated anew, or its manager is away.
    private static async Task<bool> HasNextAsync(IAsyncEnumerator<ClusterEvent> events, bool mayBeAway, CancellationToken cancellation)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested
            && (failure is EnumerationAbortedException or OperationCanceledException || (mayBeAway && failure is SiloUnavailableException)))
        {
            return false;
        }
    }
}
