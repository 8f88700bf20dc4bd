namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>The clock of one silo: the system's, whose timers stand still while the silo is paused or dead.</summary>
internal sealed class SiloTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<(TimerCallback Callback, object? State)> _due = [];
    private bool _isFrozen;

    public void Freeze()
    {
        lock (_gate) _isFrozen = true;
    }

    /// <summary>Runs what became due meanwhile, once each, as a process does that was stopped.</summary>
    public void Thaw()
    {
        List<(TimerCallback Callback, object? State)> due;
        lock (_gate)
        {
            _isFrozen = false;
            due = [.. _due.Distinct()];
            _due.Clear();
        }

        foreach (var (callback, state) in due) ThreadPool.UnsafeQueueUserWorkItem(_ => callback(state), null);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(_ => Fire(callback, state), null, dueTime, period);

    private void Fire(TimerCallback callback, object? state)
    {
        lock (_gate)
        {
            if (_isFrozen)
            {
                _due.Add((callback, state));
                return;
            }
        }

        callback(state);
    }
}
