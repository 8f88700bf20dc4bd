using System.Runtime.InteropServices;

namespace Warren.Grains.Scheduling;

/// <summary>
/// A binary heap of which the least score is on top. Unlike the framework's it compares without a call through an interface, which is
/// most of what placing many tasks costs, and is built in one go.
/// </summary>
internal sealed class MinHeap<TItem, TScore>
    where TScore : struct, IComparable<TScore>
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public TItem Top => _entries[0].Item;

    /// <summary>Puts an item at the end; <see cref="Build"/> has to follow.</summary>
    public void Append(TItem item, TScore score) => _entries.Add(new(item, score));

    /// <summary>Makes a heap of what was appended.</summary>
    public void Build()
    {
        for (var i = (_entries.Count / 2) - 1; i >= 0; i--) Sink(i, _entries[i]);
    }

    /// <summary>Gives the item on top another score.</summary>
    public void Rescore(TScore score) => Sink(0, new(_entries[0].Item, score));

    /// <summary>Takes the item on top away.</summary>
    public void RemoveTop()
    {
        var last = _entries[^1];
        _entries.RemoveAt(_entries.Count - 1);
        if (_entries.Count > 0) Sink(0, last);
    }

    private void Sink(int at, Entry entry)
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= entries.Length) break;
            if (child + 1 < entries.Length && entries[child + 1].Score.CompareTo(entries[child].Score) < 0) child++;
            if (entry.Score.CompareTo(entries[child].Score) <= 0) break;
            entries[at] = entries[child];
            at = child;
        }

        entries[at] = entry;
    }

    private readonly record struct Entry(TItem Item, TScore Score);
}
