namespace Orleans.Runtime;

/// <summary>Counts of calls. Not thread-safe.</summary>
internal sealed class CallStatistics
{
    public long Calls { get; private set; }

    public long Errors { get; private set; }

    /// <summary>Time from start to outcome of all calls, in <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long Ticks { get; private set; }

    /// <summary>The time of the slowest call, in the same ticks.</summary>
    public long LongestTicks { get; private set; }

    public void Add(long ticks, bool isError)
    {
        Calls++;
        Ticks += ticks;
        LongestTicks = Math.Max(LongestTicks, ticks);
        if (isError) Errors++;
    }

    public void Add(CallStatistics other)
    {
        Calls += other.Calls;
        Errors += other.Errors;
        Ticks += other.Ticks;
        LongestTicks = Math.Max(LongestTicks, other.LongestTicks);
    }
}
