namespace Warren.Silo.Stores;

/// <summary>Something a caller waits for while a loop does it together with others.</summary>
internal abstract class PendingWork<TResult>
{
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDecided;

    public Task<TResult> Done => _done.Task;

    /// <summary>For the loop: takes the work on. False if its caller has left; true exactly once.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isDecided, 1) == 0;

    /// <summary>For the caller: leaves. Once the loop has taken the work on, this has no effect: what happens to it must be told.</summary>
    public void TryLeave(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isDecided, 1) == 0) _done.TrySetCanceled(cancellationToken);
    }

    public void Succeed(TResult result) => _done.TrySetResult(result);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
