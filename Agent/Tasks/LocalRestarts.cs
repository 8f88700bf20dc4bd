using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// Tasks that have ended though they are meant to run. What becomes of them is the managers' to say; while the node is alone they are started again here, each
/// after its delay. Nothing runs here while none has ended.
/// </summary>
/// <param name="reach">Whether the node is alone.</param>
/// <param name="time">The clock.</param>
internal sealed class LocalRestarts(ManagerReach reach, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskRunner, (long Ended, TimeSpan Delay)> _waiting = [];
    private ITimer? _timer;

    /// <summary>Whether another task, made since, takes the place of one. Default: none does.</summary>
    public Func<TaskId, bool> HasSuccessor { get; set; } = _ => false;

    /// <summary>A task has ended; after the delay it may be started again, if the managers are silent.</summary>
    public void Wait(TaskRunner task, TimeSpan delay)
    {
        lock (_gate) _waiting[task] = (time.GetTimestamp(), delay);
        if (reach.IsAlone) Go();
        else reach.Ask();
    }

    /// <summary>It is decided otherwise.</summary>
    public void Forget(TaskRunner task)
    {
        lock (_gate) _waiting.Remove(task);
    }

    /// <summary>Starts what is due, if the node is alone.</summary>
    public void Go()
    {
        if (!reach.IsAlone) return;
        TaskRunner[] due;
        lock (_gate)
        {
            due = [.. _waiting.Where(entry => LeftOf(entry.Value) <= TimeSpan.Zero).Select(entry => entry.Key)];
            foreach (var task in due) _waiting.Remove(task);
            if (_waiting.Count > 0)
            {
                _timer ??= time.CreateTimer(_ => Go(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(_waiting.Values.Min(LeftOf), Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var task in due)
        {
            // A managers' answer may have been lost that a successor came with.
            if (HasSuccessor(task.Task)) task.EndForGood();
            else task.StartAgain();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private TimeSpan LeftOf((long Ended, TimeSpan Delay) wait) =>
        wait.Delay - time.GetElapsedTime(wait.Ended) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
