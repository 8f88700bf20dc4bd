namespace Warren.Agent.Runtime;

/// <summary>One lock for each name, first come, first served; names that nobody holds cost nothing.</summary>
internal sealed class KeyedLocks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Waits for the lock of a name; disposing the result gives it back.</summary>
    public async ValueTask<Holder> EnterAsync(string name, CancellationToken cancellationToken)
    {
        Entry? entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(name, out entry)) _entries.Add(name, entry = new());
            entry.Users++;
        }
        try
        {
            await entry.Gate.WaitAsync(cancellationToken);
            return new(this, name, entry);
        }
        catch
        {
            Leave(name, entry);
            throw;
        }
    }

    private void Leave(string name, Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Users == 0) _entries.Remove(name);
        }
    }

    /// <summary>Who holds a lock.</summary>
    internal readonly struct Holder(KeyedLocks locks, string name, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Gate.Release();
            locks.Leave(name, entry);
        }
    }

    internal sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public int Users { get; set; }
    }
}
