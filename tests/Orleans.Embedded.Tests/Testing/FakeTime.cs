namespace Orleans.Embedded.Tests.Testing;

/// <summary>
/// A clock that a test moves. Due timers run inside <see cref="Advance"/>, in the order of their times, each at its own time.
/// One driver per clock.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly DateTimeOffset _start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _now;
    private TaskCompletionSource _set = NewSignal();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What the wall clock is ahead of the monotonic one.</summary>
    public TimeSpan WallClockOffset { get; set; }

    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    public override DateTimeOffset GetUtcNow() => _start + Elapsed + WallClockOffset;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Waits until so many timers are due within a time: loops that set their timer at the end of each turn have finished their turns.
    /// </summary>
    public async Task WhenTimersDueAsync(TimeSpan within, int count)
    {
        while (true)
        {
            Task set;
            lock (_gate)
            {
                if (_timers.Count(timer => timer.Due <= _now + within) >= count) return;
                set = _set.Task;
            }

            await set.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public void Advance(TimeSpan by)
    {
        var end = Elapsed + by;
        while (TakeDue(end) is { } due) due();
        lock (_gate) _now = end;
    }

    /// <summary>Moves to the next timer that is due by <paramref name="end"/> and runs it; else to the end. False when none was due.</summary>
    public bool AdvanceToNext(TimeSpan end)
    {
        if (TakeDue(end) is { } due)
        {
            due();
            return true;
        }

        lock (_gate) _now = end;
        return false;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Action? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null) return null;
            if (next.Due > _now) _now = next.Due.Value;
            next.Due = next.Period > TimeSpan.Zero ? next.Due + next.Period : null;
            return next.Run;
        }
    }

    private sealed class Timer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Run() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            TaskCompletionSource set;
            lock (time._gate)
            {
                Due = dueTime < TimeSpan.Zero ? null : time._now + dueTime;
                Period = period;
                if (!time._timers.Contains(this)) time._timers.Add(this);
                if (Due is null) return true;
                set = time._set;
                time._set = NewSignal();
            }

            set.SetResult();
            return true;
        }

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
