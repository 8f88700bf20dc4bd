using System.Diagnostics.CodeAnalysis;

namespace Warren.Silo.Stores;

/// <summary>
/// Writes that wait. Those that a call in the foreground waits for go first, so that the one service that somebody is making is not held up by ten thousand tasks
/// that are written; the others are taken of each type of grain in turn. Writes of one row keep their order, because a grain has one of them at a time.
/// Not thread-safe.
/// </summary>
internal sealed class WriteLanes
{
    /// <summary>Then one of the others has its chance: the foreground delays the background and does not stop it.</summary>
    private const int ForegroundInARow = 8;

    private readonly Queue<RowWrite> _foreground = new();
    private readonly Dictionary<string, Queue<RowWrite>> _lanes = [];
    private readonly Queue<string> _turns = new();
    private int _inARow, _patient, _all;

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _foreground.Count == 0 && _turns.Count == 0;

    /// <summary>Whether one waits that goes first.</summary>
    public bool HasForeground => _foreground.Count > 0;

    /// <summary>Whether some wait, and each of them may wait a moment for others.</summary>
    public bool IsPatient => _all > 0 && _patient == _all;

    /// <summary>Puts a write behind those of its kind.</summary>
    public void Add(RowWrite write)
    {
        _all++;
        if (write.IsPatient) _patient++;
        if (write.IsForeground)
        {
            _foreground.Enqueue(write);
            return;
        }

        var type = write.Key.GrainType;
        if (!_lanes.TryGetValue(type, out var lane)) _lanes.Add(type, lane = new());
        if (lane.Count == 0) _turns.Enqueue(type);
        lane.Enqueue(write);
    }

    /// <summary>Takes the next one.</summary>
    public bool TryTake([NotNullWhen(true)] out RowWrite? write)
    {
        if (!TryTakeNext(out write)) return false;
        _all--;
        if (write.IsPatient) _patient--;
        return true;
    }

    private bool TryTakeNext([NotNullWhen(true)] out RowWrite? write)
    {
        if (_inARow < ForegroundInARow || _turns.Count == 0)
        {
            if (_foreground.TryDequeue(out write))
            {
                _inARow++;
                return true;
            }
        }

        _inARow = 0;
        return TryTakeInTurn(out write);
    }

    private bool TryTakeInTurn([NotNullWhen(true)] out RowWrite? write)
    {
        write = null;
        if (!_turns.TryDequeue(out var type)) return false;
        var lane = _lanes[type];
        write = lane.Dequeue();
        if (lane.Count > 0) _turns.Enqueue(type);
        return true;
    }
}
