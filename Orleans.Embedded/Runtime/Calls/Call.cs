namespace Orleans.Runtime;

/// <summary>A call that a process in this runtime has made and whose outcome it waits for.</summary>
internal abstract class Call : IReplySink, IRemoteCall
{
    private CancellationTokenRegistration _cancellation;
    private ITimer? _timer;
    private int _finished;

    protected Call(GrainRuntime runtime) => Runtime = runtime;

    public Message Message { get; set; } = null!;

    /// <summary>Where the call was sent; null while it is in this process.</summary>
    public PeerId? SentTo { get; set; }

    /// <summary>The token source that the method sees, for calls inside the process.</summary>
    public CancellationTokenSource? LocalCancellation { get; set; }

    public Call? PreviousDeadline { get; set; }

    public Call? NextDeadline { get; set; }

    /// <summary>The list of <see cref="CallDeadlines"/> that it is in; -1 for none.</summary>
    public int DeadlineShard { get; set; } = -1;

    protected GrainRuntime Runtime { get; }

    /// <summary>Watches the caller's token and, where it is too short for the common sweep, the deadline.</summary>
    public void Watch(TimeSpan? ownTimeout, TimeProvider time, CancellationToken cancellation)
    {
        if (ownTimeout is { } timeout)
            _timer = time.CreateTimer(static call => ((Call)call!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);
        if (cancellation.CanBeCanceled)
            _cancellation = cancellation.UnsafeRegister(static (call, token) => ((Call)call!).Cancel(token), this);
        if (Volatile.Read(ref _finished) == 1) StopWatching();
    }

    /// <summary>Ends the call because its deadline has passed.</summary>
    public void Expire()
    {
        if (!TryFinish()) return;
        Abandon();
        SetException(new TimeoutException(Runtime.DescribeTimeout(this)));
    }

    public void Complete<TResult>(Message request, TResult result)
    {
        if (TryFinish()) SetLocalResult(result);
    }

    public void Fail(Message request, Exception exception)
    {
        if (TryFinish()) SetException(exception);
    }

    public void Reject(Message request, RejectionKind kind, string reason) => OnRejected(kind, reason, request.ViewVersion);

    public abstract void OnResult(ref Serialization.WireReader body);

    public void OnFailure(Exception failure)
    {
        if (TryFinish()) SetException(failure);
    }

    public void OnRejected(RejectionKind kind, string reason, long viewVersion)
    {
        if (Volatile.Read(ref _finished) == 1) return;
        if (kind == RejectionKind.Unavailable && Runtime.TryResend(this, kind, reason, viewVersion)) return;
        if (TryFinish()) SetException(Rejections.ToException(kind, reason));
    }

    protected abstract void SetLocalResult<TOther>(TOther result);

    protected abstract void SetException(Exception exception);

    protected abstract void SetCanceled(CancellationToken token);

    /// <summary>True for the first that ends the call; later outcomes are dropped.</summary>
    protected bool TryFinish()
    {
        if (Interlocked.Exchange(ref _finished, 1) == 1) return false;
        StopWatching();
        return true;
    }

    private void Cancel(CancellationToken token)
    {
        if (!TryFinish()) return;
        Abandon();
        SetCanceled(token);
    }

    /// <summary>Tells the callee that nobody waits any more.</summary>
    private void Abandon() => Runtime.Abandon(this);

    private void StopWatching()
    {
        Runtime.Deadlines.Remove(this);
        _cancellation.Unregister();
        _timer?.Dispose();
    }
}
