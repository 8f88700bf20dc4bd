namespace Orleans.Runtime.Networking;

/// <summary>How long to wait between attempts to connect: doubling up to a limit, each process a little differently, so that many do not dial at once.</summary>
internal static class RetryDelay
{
    /// <param name="failures">Attempts that failed in a row, from 1.</param>
    /// <param name="min">After the first.</param>
    /// <param name="max">The limit.</param>
    /// <param name="chance">From 0 to 1; shortens the delay by up to a quarter.</param>
    public static TimeSpan After(int failures, TimeSpan min, TimeSpan max, double chance)
    {
        // Beyond 30 doublings any limit is reached.
        var doubled = min.Ticks * Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromTicks((long)(Math.Min(doubled, max.Ticks) * (1 - (chance / 4))));
    }
}
