using Warren.Events;

namespace Warren.Grains.Events;

/// <summary>Tells events that the log has already, whatever their cursors.</summary>
internal sealed class KnownEvents
{
    private readonly HashSet<ClusterEvent> _known = new(SameButForCursor.Instance);
    private EventBuffer? _of;

    /// <summary>Those that the log has not, each once.</summary>
    public IReadOnlyList<ClusterEvent> Without(EventBuffer log, IEnumerable<ClusterEvent> events)
    {
        Follow(log);
        var added = new HashSet<ClusterEvent>(SameButForCursor.Instance);
        return [.. events.Where(one => !log.IsFromBefore(one) && !_known.Contains(one) && added.Add(one))];
    }

    // A log that grew since the last time has the same first chunks or fewer, and more at its end.
    private void Follow(EventBuffer log)
    {
        var last = _of?.Last ?? 0;
        foreach (var chunk in _of?.Chunks ?? [])
        {
            if (chunk.Events[^1].Cursor >= log.First) break;
            _known.ExceptWith(chunk.Events);
        }

        foreach (var chunk in log.Chunks)
        {
            if (chunk.Events[^1].Cursor <= last) continue;
            foreach (var one in chunk.Events)
            {
                if (one.Cursor > last) _known.Add(one);
            }
        }

        _of = log;
    }

    private sealed class SameButForCursor : IEqualityComparer<ClusterEvent>
    {
        public static SameButForCursor Instance { get; } = new();

        public bool Equals(ClusterEvent? left, ClusterEvent? right) =>
            ReferenceEquals(left, right) || (left is not null && right is not null && left.At == right.At && left with { Cursor = 0 } == right with { Cursor = 0 });

        public int GetHashCode(ClusterEvent one) => HashCode.Combine(one.At, one.Subject, one.Kind, one.To);
    }
}
