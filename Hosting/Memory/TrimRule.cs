namespace Warren.Hosting.Memory;

/// <summary>When a process that has come to rest gives memory back: once after each time of work, in the first window in which it does little.</summary>
/// <param name="BusyRate">Bytes allocated in a second from which on a process counts as at work.</param>
/// <param name="HasWorked">Whether it was at work since it gave back last; starting is work.</param>
internal sealed record TrimRule(double BusyRate, bool HasWorked = true)
{
    /// <summary>Looks at a window of time.</summary>
    /// <param name="allocated">The bytes that were allocated in it.</param>
    /// <param name="window">How long it was.</param>
    /// <returns>Whether to give back now, and the rule for the next window.</returns>
    public (bool IsDue, TrimRule Next) Look(long allocated, TimeSpan window)
    {
        if (allocated > BusyRate * window.TotalSeconds) return (false, this with { HasWorked = true });
        return (HasWorked, this with { HasWorked = false });
    }
}
