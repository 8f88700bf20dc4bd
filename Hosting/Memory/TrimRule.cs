namespace Warren.Hosting.Memory;

/// <summary>
/// When a process that has come to rest gives memory back: twice after each time of work. First in the first window in which it does little, and again
/// minutes later, when what runs once a minute at rest has run for the first time, for which the compiler was needed once more.
/// </summary>
/// <param name="BusyRate">Bytes allocated in a second from which on a process counts as at work.</param>
/// <param name="Quiet">How many windows in a row it did little in since it was at work last; starting is work.</param>
internal sealed record TrimRule(double BusyRate, int Quiet = 0)
{
    private const int Again = 36;

    /// <summary>Looks at a window of time.</summary>
    /// <param name="allocated">The bytes that were allocated in it.</param>
    /// <param name="window">How long it was.</param>
    /// <returns>Whether to give back now, and the rule for the next window.</returns>
    public (bool IsDue, TrimRule Next) Look(long allocated, TimeSpan window)
    {
        if (allocated > BusyRate * window.TotalSeconds) return (false, this with { Quiet = 0 });
        return (Quiet is 0 or Again, this with { Quiet = Math.Min(Quiet, Again) + 1 });
    }
}
