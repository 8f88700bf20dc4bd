namespace Warren.Images.Registry;

/// <summary>
/// Cancels a transfer that brings next to nothing: its limit begins anew only after a kilobyte, so that a peer that drips single bytes cannot hold
/// a pull for ever.
/// </summary>
internal sealed class StallGuard : IDisposable
{
    private const int Least = 1024;

    private readonly TimeSpan _limit;
    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;
    private int _since;

    public StallGuard(TimeSpan limit, TimeProvider time, CancellationToken outer)
    {
        _limit = limit;
        _outer = outer;
        _timer = new CancellationTokenSource(limit, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(outer, _timer.Token);
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>Whether the limit, and not the caller, has ended it.</summary>
    public bool HasStalled => _timer.IsCancellationRequested && !_outer.IsCancellationRequested;

    public void Advance(int bytes)
    {
        _since += bytes;
        if (_since >= Least) Restart();
    }

    /// <summary>Begins the limit anew: for time that the peer is not to blame for.</summary>
    public void Restart()
    {
        _since = 0;
        _timer.CancelAfter(_limit);
    }

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
