using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>The observer objects of one process. They are held weakly, as observers are: whoever made one keeps it.</summary>
internal sealed class ObserverTable(Func<PeerId> host, int maxWaitingCalls, EngineLog log)
{
    private readonly ConcurrentDictionary<GrainId, Observer> _observers = new();
    private long _last;

    public GrainId Add(IGrainObserver observer)
    {
        foreach (var (id, known) in _observers)
        {
            if (known.Target is not { } target) _observers.TryRemove(id, out _);
            else if (ReferenceEquals(target, observer)) return id;
        }

        var grainId = ObserverIds.Create(host(), Interlocked.Increment(ref _last));
        _observers[grainId] = new Observer(observer, maxWaitingCalls, log);
        return grainId;
    }

    public void Remove(GrainId observer) => _observers.TryRemove(observer, out _);

    public void Deliver(Message message)
    {
        if (!_observers.TryGetValue(message.Target, out var observer) || observer.Target is null)
        {
            _observers.TryRemove(message.Target, out _);
            message.Reject(RejectionKind.ClientNotAvailable, $"{message.Target}: the observer does not exist any more.");
            return;
        }

        if (!observer.Enqueue(message))
            message.Reject(RejectionKind.Overloaded, $"{message.Target}: {maxWaitingCalls} calls wait for the observer already.");
    }
}
