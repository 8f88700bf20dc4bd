namespace Orleans.TestingHost;

/// <summary>A clock that goes on while a silo is paused, and timers that do not fire meanwhile. One that was due fires once afterwards.</summary>
internal sealed class PausableTime(TimeProvider time, Gate gate) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(time, gate, callback, state, dueTime, period);

    private sealed class Timer : ITimer
    {
        private readonly Gate _gate;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private int _deferred;
        private int _version;

        public Timer(TimeProvider time, Gate gate, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_gate, _callback, _state) = (gate, callback, state);

            // Not armed before the field is set: a timer that is due at once may fire first.
            _timer = time.CreateTimer(static timer => ((Timer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _version);
            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Interlocked.Increment(ref _version);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref _version);
            return _timer.DisposeAsync();
        }

        private void Fire()
        {
            if (!_gate.IsHeld) _callback(_state);
            else if (Interlocked.Exchange(ref _deferred, 1) == 0) _ = FireLaterAsync(Volatile.Read(ref _version));
        }

        private async Task FireLaterAsync(int version)
        {
            await _gate.PassAsync();
            Volatile.Write(ref _deferred, 0);

            // One that was set anew or disposed meanwhile is not due.
            if (version == Volatile.Read(ref _version)) _callback(_state);
        }
    }
}
