namespace Warren.Agent.Network;

/// <summary>Lets one at a time in for each key.</summary>
internal sealed class KeyedGate<TKey> where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Turns> _turns = [];

    /// <summary>Waits for the turn, which ends with the result's disposal.</summary>
    public async Task<IDisposable> EnterAsync(TKey key, CancellationToken cancellationToken)
    {
        Turns turns;
        lock (_lock)
        {
            if (!_turns.TryGetValue(key, out turns!)) _turns.Add(key, turns = new());
            turns.Users++;
        }

        try
        {
            await turns.Free.WaitAsync(cancellationToken);
            return new Turn(this, key, turns);
        }
        catch
        {
            Leave(key, turns);
            throw;
        }
    }

    private void Leave(TKey key, Turns turns)
    {
        lock (_lock)
        {
            if (--turns.Users > 0) return;
            _turns.Remove(key);
            turns.Free.Dispose();
        }
    }

    private sealed class Turns
    {
        public SemaphoreSlim Free { get; } = new(1);

        public int Users { get; set; }
    }

    private sealed class Turn(KeyedGate<TKey> gate, TKey key, Turns turns) : IDisposable
    {
        public void Dispose()
        {
            turns.Free.Release();
            gate.Leave(key, turns);
        }
    }
}
