namespace Orleans.Runtime;

/// <summary>One observer object. Its calls run one at a time, in the order in which they came.</summary>
internal sealed class Observer(IGrainObserver target, int maxWaitingCalls, EngineLog log) : IThreadPoolWorkItem
{
    private readonly WeakReference<IGrainObserver> _target = new(target);
    private readonly Lock _gate = new();
    private MessageQueue _waiting;
    private bool _isRunning;

    public IGrainObserver? Target => _target.TryGetTarget(out var target) ? target : null;

    public bool Enqueue(Message message)
    {
        lock (_gate)
        {
            if (_waiting.Count >= maxWaitingCalls) return false;
            _waiting.Enqueue(message);
            if (_isRunning) return true;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        while (true)
        {
            Message? message;
            lock (_gate)
            {
                message = _waiting.Dequeue();
                if (message is null)
                {
                    _isRunning = false;
                    return;
                }
            }

            if (Target is not { } target)
            {
                message.Reject(RejectionKind.ClientNotAvailable, $"{message.Target}: the observer does not exist any more.");
                continue;
            }

            RequestContext.Enter(message);
            var response = await message.Request.InvokeOn(target);
            if (response.Exception is { } exception && message.IsOneWay)
                log.OneWayCallFailed(exception, message.Request.Method.ActivityName, message.Target);
            message.Request.Complete(message, response);
        }
    }
}
