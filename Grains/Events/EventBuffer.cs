using System.Collections.Immutable;
using Warren.Events;

namespace Warren.Grains.Events;

/// <summary>The bounded log of events. Cursors are counted from 1 and never used twice.</summary>
internal sealed record EventBuffer
{
    /// <summary>An event that is in one of so many last chunks is not added again.</summary>
    private const int ChunksSearched = 2;

    private EventBuffer(int capacity, ImmutableList<EventChunk> chunks, long last) => (Capacity, Chunks, Last) = (capacity, chunks, last);

    /// <summary>How many events are kept at least; up to a chunk more are.</summary>
    public int Capacity { get; }

    /// <summary>The chunks, oldest first.</summary>
    public ImmutableList<EventChunk> Chunks { get; }

    /// <summary>The cursor of the latest event; 0: there was none.</summary>
    public long Last { get; }

    /// <summary>The cursor of the oldest event that is left; one after <see cref="Last"/> if none is.</summary>
    public long First => Chunks.IsEmpty ? Last + 1 : Chunks[0].Events[0].Cursor;

    /// <summary>A log as it was stored.</summary>
    public static EventBuffer Load(int capacity, IEnumerable<EventChunk> stored)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ImmutableList<EventChunk> chunks = [.. stored.Where(chunk => !chunk.Events.IsEmpty).OrderBy(chunk => chunk.Number)];

        // A chunk whose removal was not stored lies before a gap; a reader must not be led over it.
        for (var i = chunks.Count - 1; i > 0; i--)
        {
            if (chunks[i - 1].Events[^1].Cursor + 1 == chunks[i].Events[0].Cursor) continue;
            chunks = chunks.RemoveRange(0, i);
            break;
        }

        return new(capacity, chunks, chunks.IsEmpty ? 0 : chunks[^1].Events[^1].Cursor);
    }

    /// <summary>
    /// Adds events; their cursors are set here. One that was added lately is not added again, so that a caller may repeat itself.
    /// </summary>
    public EventAppend Append(IEnumerable<ClusterEvent> events)
    {
        var (chunks, last) = (Chunks, Last);
        var changed = new SortedDictionary<long, EventChunk>();
        foreach (var one in events)
        {
            if (IsKnown(chunks, one)) continue;
            var added = one with { Cursor = ++last };
            var isNewChunk = chunks.IsEmpty || chunks[^1].Events.Length >= EventChunk.Size;
            var chunk = isNewChunk
                ? new EventChunk { Number = chunks.IsEmpty ? 1 : chunks[^1].Number + 1, Events = [added] }
                : chunks[^1] with { Events = chunks[^1].Events.Add(added) };
            chunks = isNewChunk ? chunks.Add(chunk) : chunks.SetItem(chunks.Count - 1, chunk);
            changed[chunk.Number] = chunk;
        }

        if (changed.Count == 0) return new(this, [], []);
        var dropped = ImmutableArray.CreateBuilder<long>();
        while (chunks.Count > 1 && last - chunks[0].Events[^1].Cursor >= Capacity)
        {
            var gone = chunks[0].Number;
            chunks = chunks.RemoveAt(0);
            changed.Remove(gone);

            // One that came and went in the same call was never stored.
            if (Chunks.Any(chunk => chunk.Number == gone)) dropped.Add(gone);
        }

        return new(new(Capacity, chunks, last), [.. changed.Values], dropped.DrainToImmutable());
    }

    /// <summary>
    /// Whether an event is older than all that are left of a log that has dropped some: it was dropped with them, or would be. So whoever says again what
    /// it said long ago does not say it twice.
    /// </summary>
    public bool IsFromBefore(ClusterEvent one) => First > 1 && !Chunks.IsEmpty && one.At < Chunks[0].Events[0].At;

    /// <summary>The events after a cursor; 0 begins with the oldest one that is left.</summary>
    public EventPage ReadAfter(long cursor, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (cursor > Last || cursor < 0) return new(EventReadOutcome.Unknown, [], First - 1);
        if (cursor != 0 && cursor < First - 1) return new(EventReadOutcome.TooOld, [], First - 1);
        var from = Math.Max(cursor, First - 1);
        var events = ImmutableArray.CreateBuilder<ClusterEvent>();
        foreach (var chunk in Chunks)
        {
            if (events.Count >= most) break;
            if (chunk.Events[^1].Cursor <= from) continue;
            var skip = (int)Math.Max(0, from + 1 - chunk.Events[0].Cursor);
            events.AddRange(chunk.Events.AsSpan()[skip..Math.Min(chunk.Events.Length, skip + most - events.Count)]);
        }

        var next = events.Count == 0 ? from : events[^1].Cursor;
        return new(EventReadOutcome.Ok, events.DrainToImmutable(), next);
    }

    private static bool IsKnown(ImmutableList<EventChunk> chunks, ClusterEvent one)
    {
        var searched = one with { Cursor = 0 };
        for (var i = chunks.Count - 1; i >= Math.Max(0, chunks.Count - ChunksSearched); i--)
        {
            foreach (var known in chunks[i].Events)
            {
                if (known.At == one.At && known.Subject == one.Subject && known with { Cursor = 0 } == searched) return true;
            }
        }

        return false;
    }
}
