namespace Orleans.TestingHost;

/// <summary>What happens to bytes on their way from one node to another.</summary>
internal sealed class LinkGate(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _held;
    private int _holds;
    private TimeSpan _delay;

    /// <summary>Time that each batch of bytes takes. Default none.</summary>
    public TimeSpan Delay
    {
        get
        {
            lock (_gate) return _delay;
        }

        set
        {
            lock (_gate) _delay = value;
        }
    }

    /// <summary>Bytes wait from now on, until each hold was released.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            if (_holds++ == 0) _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            if (_holds == 0) throw new InvalidOperationException("The link is not held.");
            if (--_holds > 0) return;
            _held!.SetResult();
            _held = null;
        }
    }

    /// <summary>Ends when bytes may arrive.</summary>
    public async ValueTask PassAsync(CancellationToken cancellation)
    {
        if (Delay is var delay && delay > TimeSpan.Zero) await Task.Delay(delay, time, cancellation);
        while (Held() is { } held) await held.WaitAsync(cancellation);
    }

    private Task? Held()
    {
        lock (_gate) return _held?.Task;
    }
}
