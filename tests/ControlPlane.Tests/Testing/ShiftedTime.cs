namespace Warren.ControlPlane.Tests.Testing;

/// <summary>
/// The real clock, but for what it says the date is: so a test comes to another date at once, and nothing else in the cluster notices. Its timers may ring early or late.
/// </summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    /// <summary>What the date is ahead.</summary>
    public TimeSpan Shift
    {
        get => new(Interlocked.Read(ref _shift));
        set => Interlocked.Exchange(ref _shift, value.Ticks);
    }

    /// <summary>By how much timers ring before their time, as real ones do by a millisecond now and then; shorter ones are on time. Less than zero: after it. Default: zero.</summary>
    public TimeSpan Early { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, base.CreateTimer(callback, state, Sooner(dueTime), period));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;

    /// <summary>Comes to a date.</summary>
    public void GoTo(DateTimeOffset date) => Shift = date - System.GetUtcNow();

    private TimeSpan Sooner(TimeSpan dueTime) => dueTime == Timeout.InfiniteTimeSpan || dueTime <= Early ? dueTime : dueTime - Early;

    private sealed class Timer(ShiftedTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Sooner(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
