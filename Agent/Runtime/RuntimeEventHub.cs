using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Warren.Agent.Runtime;

/// <summary>
/// Hands the events of a runtime to all who watch. A watcher's queue is bounded; one that falls behind loses what is queued for it and
/// is told to list everything.
/// </summary>
/// <param name="capacity">How many events wait for one watcher.</param>
internal sealed class RuntimeEventHub(int capacity)
{
    private static readonly RuntimeEvent s_resync = new(RuntimeEventKind.Resync, default);

    private readonly Lock _lock = new();
    private readonly List<Watcher> _watchers = [];
    private bool _isClosed;

    public void Publish(RuntimeEvent change)
    {
        lock (_lock)
        {
            foreach (var watcher in _watchers) watcher.Add(change);
        }
    }

    /// <summary>Tells all watchers to list everything.</summary>
    public void Resync() => Publish(s_resync);

    /// <summary>Ends all watching; later watchers end at once.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var watcher in _watchers) watcher.Queue.Writer.TryComplete();
        }
    }

    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = new Watcher(capacity);
        lock (_lock)
        {
            if (_isClosed) yield break;
            _watchers.Add(watcher);
        }
        try
        {
            yield return s_resync;
            while (await watcher.Queue.Reader.WaitToReadAsync(cancellationToken))
            {
                while (watcher.TryTake(out var change)) yield return change;
            }
        }
        finally
        {
            lock (_lock) _watchers.Remove(watcher);
        }
    }

    private sealed class Watcher(int capacity)
    {
        private readonly Lock _lock = new();
        private bool _hasMissed;

        public Channel<RuntimeEvent> Queue { get; } = Channel.CreateBounded<RuntimeEvent>(
            new BoundedChannelOptions(capacity) { SingleReader = true });

        public void Add(RuntimeEvent change)
        {
            lock (_lock)
            {
                if (!Queue.Writer.TryWrite(change)) _hasMissed = true;
            }
        }

        /// <summary>The next event; if some were lost, to list everything, in the place of those that are still queued, all older.</summary>
        public bool TryTake([NotNullWhen(true)] out RuntimeEvent? change)
        {
            lock (_lock)
            {
                if (!_hasMissed) return Queue.Reader.TryRead(out change);
                _hasMissed = false;
                while (Queue.Reader.TryRead(out _))
                {
                    // A list taken now says more than they do.
                }
                change = s_resync;
                return true;
            }
        }
    }
}
