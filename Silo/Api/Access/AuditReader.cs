using System.Runtime.CompilerServices;
using Warren.Access;

namespace Warren.Silo.Api.Access;

/// <summary>Reads the audit log for a caller, who may follow it.</summary>
internal sealed class AuditReader(IAuditGrain log, TimeProvider time)
{
    private const int Batch = 200;

    // How often it is looked for entries that are new, while someone follows; and how long one whose result is not known yet holds up those behind it.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500), s_patience = TimeSpan.FromSeconds(2);

    // What is older has no result to come any more: much more than a call takes, a store is away, or clocks of managers differ.
    private static readonly TimeSpan s_old = TimeSpan.FromDays(1);

    /// <summary>Finds out, once and for all, after which entry those that are wanted begin.</summary>
    /// <param name="cursor">Of that entry; negative: so many of the last ones are wanted; the greatest there is: only what comes.</param>
    public async Task<long> BeginAsync(long cursor)
    {
        if (cursor == long.MaxValue) return await log.ReadAsync(-1, 1) is [var last] ? last.Cursor : 0;
        if (cursor < 0) return await log.ReadAsync(cursor, 1) is [var first] ? first.Cursor - 1 : 0;
        return cursor;
    }

    /// <summary>The entries after a cursor, in order.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="follows">Whether it goes on with those to come, each with its result if that is soon known.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(long cursor, bool follows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Since when entries are here without their results. When their calls began says little: the store may have been away, and it is by the clock of another manager.
        var waiting = new Dictionary<long, long>();
        while (true)
        {
            var some = await log.ReadAsync(cursor, Batch);
            foreach (var entry in some.Where(MayStillEnd)) waiting.TryAdd(entry.Cursor, time.GetTimestamp());
            foreach (var entry in some)
            {
                if (follows && waiting.TryGetValue(entry.Cursor, out var since) && entry.Outcome is null && time.GetElapsedTime(since) < s_patience) break;
                yield return entry;
                waiting.Remove(entry.Cursor);
                cursor = entry.Cursor;
            }

            if (some.Length == Batch && cursor == some[^1].Cursor) continue;
            if (!follows) yield break;
            await Task.Delay(s_look, time, cancellation);
        }
    }

    private bool MayStillEnd(AuditEntry entry) => entry.Outcome is null && time.GetUtcNow() - entry.At < s_old;
}
