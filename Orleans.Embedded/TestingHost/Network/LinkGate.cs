namespace Orleans.TestingHost;

/// <summary>What happens to bytes on their way from one node to another.</summary>
/// <param name="from">Held while the sending node is frozen.</param>
/// <param name="to">Held while the receiving node is frozen.</param>
/// <param name="time">Measures the delay.</param>
internal sealed class LinkGate(Gate from, Gate to, TimeProvider time)
{
    private readonly Gate _own = new();
    private long _delayTicks;

    /// <summary>Time that each batch of bytes takes. Default none.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _delayTicks));
        set => Volatile.Write(ref _delayTicks, value.Ticks);
    }

    /// <summary>Bytes wait from now on, until each hold was released.</summary>
    public void Hold() => _own.Hold();

    public void Release() => _own.Release();

    /// <summary>Takes all holds and the delay away.</summary>
    public void Heal()
    {
        Delay = TimeSpan.Zero;
        _own.ReleaseAll();
    }

    /// <summary>Ends when bytes may arrive.</summary>
    public async ValueTask PassAsync(CancellationToken cancellation)
    {
        if (Delay is var delay && delay > TimeSpan.Zero) await Task.Delay(delay, time, cancellation);
        while (from.IsHeld || to.IsHeld || _own.IsHeld)
        {
            await from.PassAsync(cancellation);
            await to.PassAsync(cancellation);
            await _own.PassAsync(cancellation);
        }
    }
}
