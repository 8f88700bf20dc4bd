using System.Diagnostics.CodeAnalysis;

namespace Warren.Silo.Stores;

/// <summary>
/// Writes that wait, by the type of their grain, and taken from each type in turn: ten thousand tasks that are written do not hold up the one service that
/// somebody is making. Those of one type, and so those of one row, keep their order. Not thread-safe.
/// </summary>
internal sealed class WriteLanes
{
    private readonly Dictionary<string, Queue<RowWrite>> _lanes = [];
    private readonly Queue<string> _turns = new();

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _turns.Count == 0;

    /// <summary>Puts a write behind those of its type.</summary>
    public void Add(RowWrite write)
    {
        var type = write.Key.GrainType;
        if (!_lanes.TryGetValue(type, out var lane)) _lanes.Add(type, lane = new());
        if (lane.Count == 0) _turns.Enqueue(type);
        lane.Enqueue(write);
    }

    /// <summary>Takes the first one of the type whose turn it is.</summary>
    public bool TryTake([NotNullWhen(true)] out RowWrite? write)
    {
        write = null;
        if (!_turns.TryDequeue(out var type)) return false;
        var lane = _lanes[type];
        write = lane.Dequeue();
        if (lane.Count > 0) _turns.Enqueue(type);
        return true;
    }
}
