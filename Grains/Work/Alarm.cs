namespace Warren.Grains.Work;

/// <summary>
/// A timer of a grain that rings once, at the earliest of the times that it was set to since it began to ring last, and never while it rings. It ends with
/// the activation.
/// </summary>
internal sealed class Alarm
{
    // Timers take no longer times; who waits longer is rung early, looks, and sets it again.
    private static readonly TimeSpan s_most = TimeSpan.FromDays(20);

    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task> _ring;
    private readonly IGrainTimer _timer;
    private bool _isRinging;
    private long? _due;

    /// <summary>A timer that is not set.</summary>
    /// <param name="grain">Whose it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ring">What it does; the token ends with the activation.</param>
    /// <param name="interleave">Whether it rings while calls run, and counts as use of the grain. Default: a ring is like a call, and keeps nothing awake.</param>
    public Alarm(IGrainBase grain, TimeProvider time, Func<CancellationToken, Task> ring, bool interleave = false)
    {
        (_time, _ring) = (time, ring);
        var options = new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = interleave, KeepAlive = interleave };
        _timer = grain.RegisterGrainTimer(RingAsync, options);
    }

    /// <summary>Rings after that time, or before.</summary>
    public void RingWithin(TimeSpan delay)
    {
        var wait = delay < TimeSpan.Zero ? TimeSpan.Zero : delay > s_most ? s_most : delay;
        var due = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        if (_due <= due) return;
        _due = due;
        if (!_isRinging) _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private async Task RingAsync(CancellationToken cancellation)
    {
        if (_isRinging) return;
        (_isRinging, _due) = (true, null);
        try
        {
            await _ring(cancellation);
        }
        finally
        {
            _isRinging = false;
            if (_due is { } due && !cancellation.IsCancellationRequested)
            {
                var left = TimeSpan.FromSeconds((double)(due - _time.GetTimestamp()) / _time.TimestampFrequency);
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
