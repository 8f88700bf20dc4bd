namespace Warren.Silo.Stores;

/// <summary>
/// How many rows a transaction may have. A call in the foreground waits for the transaction before its own as well, so all are short for as long as such calls
/// come. No I/O; not thread-safe.
/// </summary>
/// <param name="most">The most rows.</param>
/// <param name="mostInForeground">The most while the foreground writes; no more than the other.</param>
/// <param name="time">The clock.</param>
internal sealed class BatchLimit(int most, int mostInForeground, TimeProvider time)
{
    /// <summary>How long after a write in the foreground another one is expected.</summary>
    private static readonly TimeSpan s_expected = TimeSpan.FromMilliseconds(100);

    private long? _foreground;

    /// <summary>For the next transaction.</summary>
    /// <param name="hasForeground">Whether a write in the foreground waits.</param>
    public int Next(bool hasForeground)
    {
        if (hasForeground) _foreground = time.GetTimestamp();
        return _foreground is { } last && time.GetElapsedTime(last) < s_expected ? Math.Min(mostInForeground, most) : most;
    }
}
