using System.Collections.Immutable;
using System.Globalization;
using Warren.Events;

namespace Warren.Grains.Events;

/// <summary>
/// Events that the log has yet to take, of which its grain has stored all. One call at a time; what the log has taken is left out of the next write.
/// </summary>
internal sealed class EventOutbox(IGrainFactory grains)
{
    /// <summary>The most events of one call.</summary>
    private const int Batch = 500;

    /// <summary>What the log has yet to take.</summary>
    public ImmutableArray<ClusterEvent> Unsent { get; private set; } = [];

    /// <summary>The unsent ones with those of another step, for the write. Of more than so many the oldest are left out, and an event says so.</summary>
    public ImmutableArray<ClusterEvent> With(ImmutableArray<ClusterEvent> events, int most)
    {
        var over = Unsent.Length - most;
        if (over <= 0) return Unsent.AddRange(events);
        var first = Unsent[over];
        var gap = first with
        {
            Kind = EventKind.Blocked,
            From = "",
            To = "",
            Reason = string.Create(CultureInfo.InvariantCulture, $"{over} events before this one are lost: the log did not take them"),
        };
        return [gap, .. Unsent[(over + 1)..], .. events];
    }

    /// <summary>These are stored.</summary>
    public void Stored(ImmutableArray<ClusterEvent> unsent) => Unsent = unsent;

    /// <summary>Sends some; throws if the log did not take them.</summary>
    public async Task SendAsync()
    {
        var batch = Unsent.Length <= Batch ? Unsent : Unsent[..Batch];
        await grains.GetGrain<IEventLogGrain>(IEventLogGrain.Key).AppendAsync(batch);

        // More may have come meanwhile, and the front may have been left out.
        var sent = batch.ToHashSet();
        Unsent = [.. Unsent.Where(one => !sent.Contains(one))];
    }
}
