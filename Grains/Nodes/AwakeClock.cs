namespace Warren.Grains.Nodes;

/// <summary>
/// For how long this process could have heard something: a clock that only goes forward, at the pace of time, and stands still while the process is
/// suspended, starved or its machine sleeps. One for all nodes of a manager, so that a node costs no ticks.
/// </summary>
internal sealed class AwakeClock : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _most;
    private readonly ITimer _timer;
    private long _readAt;
    private TimeSpan _elapsed;

    /// <param name="time">What tells and passes the time.</param>
    /// <param name="interval">How often the clock is read at least; of a gap between two reads no more than two of them count.</param>
    public AwakeClock(TimeProvider time, TimeSpan interval)
    {
        (_time, _most, _readAt) = (time, interval * 2, time.GetTimestamp());
        _timer = time.CreateTimer(static clock => _ = ((AwakeClock)clock!).Elapsed, this, interval, interval);
    }

    /// <summary>Since the clock was made.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                var now = _time.GetTimestamp();
                var gap = _time.GetElapsedTime(_readAt, now);
                _readAt = now;
                return _elapsed += gap < _most ? gap : _most;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
