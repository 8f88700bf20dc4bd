namespace Warren.Images;

/// <summary>
/// Work that several callers want at once is done once. Each caller leaves by its own token; the work is cancelled when the last has left. The next
/// work for a key begins only when a cancelled one has wound up.
/// </summary>
/// <typeparam name="TKey">What makes two wishes the same.</typeparam>
/// <typeparam name="TShared">What the callers see of the work while it runs.</typeparam>
/// <typeparam name="TResult">What it brings.</typeparam>
internal sealed class SharedWork<TKey, TShared, TResult> : IAsyncDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _running = [];
    private bool _isDisposed;

    /// <summary>Joins the work for the key, or begins it.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="create">Makes the shared part, if the work begins here.</param>
    /// <param name="work">The work, if it begins here.</param>
    /// <param name="joined">Gets the shared part before the waiting.</param>
    /// <param name="cancellationToken">Ends this caller's waiting.</param>
    public async Task<TResult> JoinAsync(
        TKey key,
        Func<TShared> create,
        Func<TShared, CancellationToken, Task<TResult>> work,
        Action<TShared>? joined,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entry = Enter(key, create, work);
        try
        {
            joined?.Invoke(entry.Shared);
            return await entry.Outcome!.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(entry);
        }
    }

    /// <summary>Cancels everything and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        Entry[] left;
        lock (_gate)
        {
            _isDisposed = true;
            left = [.. _running.Values];
        }
        foreach (var entry in left) await entry.CancelAsync();
        foreach (var entry in left) await ((Task)entry.Outcome!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Entry Enter(TKey key, Func<TShared> create, Func<TShared, CancellationToken, Task<TResult>> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var before = _running.GetValueOrDefault(key);
            if (before is { IsAbandoned: false })
            {
                before.Waiters++;
                return before;
            }
            var entry = new Entry(create()) { Waiters = 1 };
            _running[key] = entry;
            entry.Outcome = Task.Run(() => RunAsync(key, entry, work, before?.Outcome));
            return entry;
        }
    }

    private void Leave(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Waiters > 0 || entry.Outcome!.IsCompleted) return;
            entry.IsAbandoned = true;
        }
        entry.Cancel();
    }

    private async Task<TResult> RunAsync(TKey key, Entry entry, Func<TShared, CancellationToken, Task<TResult>> work, Task? before)
    {
        try
        {
            if (before is not null) await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await work(entry.Shared, entry.Token);
        }
        finally
        {
            lock (_gate)
            {
                entry.IsAbandoned = true;
                if (_running.GetValueOrDefault(key) == entry) _running.Remove(key);
            }
        }
    }

#pragma warning disable CA1001 // The source has no timer, and a caller may cancel while the work ends: it is left to the memory.
    private sealed class Entry(TShared shared)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _cancellation = new();

        public TShared Shared => shared;

        public CancellationToken Token => _cancellation.Token;

        public int Waiters { get; set; }

        // Nobody may join any more.
        public bool IsAbandoned { get; set; }

        public Task<TResult>? Outcome { get; set; }

        public void Cancel() => _cancellation.Cancel();

        public Task CancelAsync() => _cancellation.CancelAsync();
    }
}
