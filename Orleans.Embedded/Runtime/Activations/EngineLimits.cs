namespace Orleans.Runtime;

/// <summary>Limits of the engine that are not options, since no operator has a reason to change them.</summary>
internal static class EngineLimits
{
    /// <summary>Calls that one activation starts before it lets others have the thread.</summary>
    public const int CallsPerTurnSlice = 64;

    /// <summary>How often a call is addressed anew because its receiver did not own the grain any more.</summary>
    public const int MaxResends = 10;

    /// <summary>How long a call that seems to wait for itself may wait before it is ended.</summary>
    public static readonly TimeSpan DeadlockGrace = TimeSpan.FromSeconds(1);

    /// <summary>How long the new owner of a grain waits for the former one to let go of it.</summary>
    public static readonly TimeSpan HandoffWait = TimeSpan.FromSeconds(5);

    /// <summary>How long a call to a silo that cannot be reached waits for a view in which the grain has another owner.</summary>
    public static readonly TimeSpan UnreachableGrace = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a refused call is sent again.</summary>
    public static readonly TimeSpan MaxResendPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How often deadlines are looked at, where the time-out is long.</summary>
    public static readonly TimeSpan DeadlineSweep = TimeSpan.FromSeconds(2);
}
