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

    private const string LostText = " events lost";

    /// <summary>What the log has yet to take.</summary>
    public ImmutableArray<ClusterEvent> Unsent { get; private set; } = [];

    /// <summary>
    /// The unsent ones with those of another step, for the write. Of more than so many unsent ones the oldest are left out, and one event in their place
    /// says how many were, in all, since the log took any.
    /// </summary>
    public ImmutableArray<ClusterEvent> With(ImmutableArray<ClusterEvent> events, int most)
    {
        if (Unsent.Length <= most) return Unsent.AddRange(events);
        var (kept, first) = (Unsent.Length - most + 1, Unsent[0]);
        var lost = kept - 1 + (LostBefore(first) ?? 1);
        var gap = Unsent[kept - 1] with
        {
            Kind = EventKind.Blocked,
            From = "",
            To = string.Create(CultureInfo.InvariantCulture, $"{lost}{LostText}"),
            Reason = "the log did not take the events before this one, and only so many are kept for it",
        };
        return [gap, .. Unsent[kept..], .. events];
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

    private static int? LostBefore(ClusterEvent one) =>
        one.Kind == EventKind.Blocked && one.To.EndsWith(LostText, StringComparison.Ordinal)
        && int.TryParse(one.To.AsSpan(..^LostText.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var lost) ? lost : null;
}
