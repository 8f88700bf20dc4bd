using Warren.Agent.Assignments;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// Whether a task that has ended stays ended: until the managers have taken the end, a node that is alone may start it again. Not thread-safe.
/// </summary>
/// <param name="isFinal">Whether an agent before this one told an end for good.</param>
internal sealed class TaskOutcome(bool isFinal)
{
    private TaskObservation? _end;
    private bool _isFinal = isFinal;

    /// <summary>How often it was started again.</summary>
    public TaskRestarts Restarts { get; private set; } = TaskRestarts.None;

    /// <summary>Whether nothing is made of it yet: an agent before this one had it, and the managers may have decided otherwise since.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether it is started again now.</summary>
    public bool IsRestartDue { get; private set; }

    /// <summary>What <see cref="Restarts"/> are once it is started again; while that is due.</summary>
    public TaskRestarts Next => Restarts with { Count = Restarts.Count + 1, LastEnd = _end!.Reason.Length > 0 ? _end.Reason : $"{_end.State}" };

    /// <summary>Takes over from an agent before this one.</summary>
    public void Restore(TaskRestarts restarts) => (Restarts, IsHeld) = (restarts, true);

    /// <summary>It has ended.</summary>
    /// <param name="end">How.</param>
    /// <param name="restart">What it may be started again by; null if it may not.</param>
    /// <param name="now">The time.</param>
    /// <returns>After how long a node that is alone starts it again; null: never.</returns>
    public TimeSpan? End(TaskObservation end, RestartSpec? restart, DateTimeOffset now)
    {
        (_end, _isFinal, IsRestartDue) = (end, false, false);
        if (restart is null) return null;
        Restarts = Restarts.WithEnd(restart, now);
        return LocalRestart.DelayOf(restart, end, Restarts.Ends, now);
    }

    /// <summary>The node is alone, and the delay has passed.</summary>
    public void LetStartAgain() => IsRestartDue = _end is not null && !_isFinal;

    /// <summary>The managers have taken an end for what becomes of the task.</summary>
    /// <returns>Whether that was news; not if it is being started again already, which they will refuse.</returns>
    public bool Confirm(TaskObservation end)
    {
        if (_isFinal || IsRestartDue || !ReferenceEquals(end, _end)) return false;
        _isFinal = true;
        return true;
    }

    /// <summary>It stays ended.</summary>
    /// <returns>How it ended; null if it has not, or that was known.</returns>
    public TaskObservation? Settle()
    {
        if (_isFinal || _end is null) return null;
        _isFinal = true;
        IsRestartDue = false;
        return _end;
    }

    /// <summary>It is started again, and nothing stands in the way any more.</summary>
    public TaskRestarts StartAgain()
    {
        Restarts = Next;
        (_end, IsRestartDue) = (null, false);
        return Restarts;
    }
}
