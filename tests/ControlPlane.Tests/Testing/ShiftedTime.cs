namespace Warren.ControlPlane.Tests.Testing;

/// <summary>The real clock, but for what it says the date is: so a test comes to another date at once, and nothing else in the cluster notices.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    /// <summary>What the date is ahead.</summary>
    public TimeSpan Shift
    {
        get => new(Interlocked.Read(ref _shift));
        set => Interlocked.Exchange(ref _shift, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;

    /// <summary>Comes to a date.</summary>
    public void GoTo(DateTimeOffset date) => Shift = date - System.GetUtcNow();
}
