namespace Orleans.Runtime;

/// <summary>
/// How many threads the background may have: half of the processors for as long as the foreground has turns, so that a call which somebody waits for finds a
/// processor, and memory is not collected all the time. A thread more whenever none has begun for a while, because some may be kept by turns that never end.
/// No I/O; may be used by many threads.
/// </summary>
/// <param name="processors">How many there are.</param>
/// <param name="busyTime">How long after its last turn the foreground counts as busy, in ticks of the clock.</param>
/// <param name="patience">After how long without a new one another thread is let in, in ticks of the clock.</param>
internal sealed class BackgroundShare(int processors, long busyTime, long patience)
{
    private readonly int _most = Math.Max(1, processors / 2);
    private long _foreground = long.MinValue / 2;
    private long _begun = long.MinValue / 2;
    private int _inside;

    /// <summary>The foreground has a turn.</summary>
    public void Yield(long now) => Volatile.Write(ref _foreground, now);

    /// <summary>Whether a thread may turn to the background now; then <see cref="Leave"/> must follow.</summary>
    public bool TryEnter(long now)
    {
        var isFree = now - Volatile.Read(ref _foreground) >= busyTime || now - Volatile.Read(ref _begun) >= patience;
        if (Interlocked.Increment(ref _inside) > _most && !isFree)
        {
            Interlocked.Decrement(ref _inside);
            return false;
        }

        Volatile.Write(ref _begun, now);
        return true;
    }

    /// <summary>The thread is done with it.</summary>
    public void Leave() => Interlocked.Decrement(ref _inside);
}
