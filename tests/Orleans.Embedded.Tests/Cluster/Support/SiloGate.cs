namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>Whether a silo can reach what lives outside its process: always, not while it is paused, never after its death.</summary>
internal sealed class SiloGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _paused;
    private bool _isDead;

    public void Pause()
    {
        lock (_gate) _paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        lock (_gate)
        {
            _paused?.TrySetResult();
            _paused = null;
        }
    }

    public void Kill()
    {
        lock (_gate) _isDead = true;
        Resume();
    }

    /// <summary>Ends when the silo is not paused.</summary>
    /// <exception cref="IOException">The silo is dead.</exception>
    public async Task PassAsync()
    {
        while (Paused() is { } paused) await paused;
        lock (_gate)
        {
            if (_isDead) throw new IOException("The process of this silo has ended.");
        }
    }

    /// <summary>Runs an operation of a store. A pause may come before it, or after it took effect and before its outcome is known.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> operation)
    {
        await PassAsync();
        var result = await operation();
        await PassAsync();
        return result;
    }

    public Task RunAsync(Func<Task> operation) => RunAsync(async () =>
    {
        await operation();
        return true;
    });

    private Task? Paused()
    {
        lock (_gate) return _paused?.Task;
    }
}
