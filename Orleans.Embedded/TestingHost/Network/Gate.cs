namespace Orleans.TestingHost;

/// <summary>Something that can be held for a while: what comes waits until each hold was released.</summary>
internal sealed class Gate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _held;
    private int _holds;

    public bool IsHeld
    {
        get
        {
            lock (_gate) return _holds > 0;
        }
    }

    public void Hold()
    {
        lock (_gate)
        {
            if (_holds++ == 0) _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <exception cref="InvalidOperationException">It is not held.</exception>
    public void Release()
    {
        TaskCompletionSource held;
        lock (_gate)
        {
            if (_holds == 0) throw new InvalidOperationException("There is no hold to release.");
            if (--_holds > 0) return;
            held = _held!;
            _held = null;
        }

        held.SetResult();
    }

    /// <summary>Takes all holds away.</summary>
    public void ReleaseAll()
    {
        TaskCompletionSource? held;
        lock (_gate)
        {
            (held, _held, _holds) = (_held, null, 0);
        }

        held?.SetResult();
    }

    /// <summary>Ends when nothing holds it.</summary>
    public async ValueTask PassAsync(CancellationToken cancellation = default)
    {
        while (Held() is { } held) await held.WaitAsync(cancellation);
    }

    private Task? Held()
    {
        lock (_gate) return _held?.Task;
    }
}
