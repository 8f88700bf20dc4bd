namespace Warren.Grains.Services;

/// <summary>The one timer of a grain: rings once, at the earliest of the times that it was set to since it last rang. It ends with the activation.</summary>
internal sealed class Alarm
{
    // Timers take no longer times; who waits longer is rung early, looks, and sets it again.
    private static readonly TimeSpan s_most = TimeSpan.FromDays(20);

    private readonly TimeProvider _time;
    private readonly IGrainTimer _timer;
    private long? _due;

    /// <summary>A timer that is not set.</summary>
    public Alarm(IGrainBase grain, TimeProvider time, Func<Task> ring, bool interleave = false)
    {
        _time = time;
        _timer = grain.RegisterGrainTimer(
            _ =>
            {
                _due = null;
                return ring();
            },
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = interleave });
    }

    /// <summary>Rings after that time, or before.</summary>
    public void RingWithin(TimeSpan delay)
    {
        var wait = delay < TimeSpan.Zero ? TimeSpan.Zero : delay > s_most ? s_most : delay;
        var due = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        if (_due <= due) return;
        _due = due;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
