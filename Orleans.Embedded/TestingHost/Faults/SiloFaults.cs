namespace Orleans.TestingHost;

/// <summary>
/// What a test can do to one silo. While it is paused nothing reaches it or leaves it, its timers do not fire, and its calls to the
/// membership and reminder tables wait; code of grains that runs at that moment goes on up to one of these.
/// </summary>
internal sealed class SiloFaults(InMemoryNetwork network, string node)
{
    private volatile bool _killed;

    public string Node => node;

    public Gate Gate { get; } = network.Node(node);

    /// <summary>As SIGSTOP.</summary>
    public void Pause() => Gate.Hold();

    /// <summary>As SIGCONT.</summary>
    public void Resume() => Gate.Release();

    /// <summary>As SIGKILL.</summary>
    public async Task KillAsync()
    {
        _killed = true;
        await network.KillAsync(node);

        // The others see the end of a process that was frozen, too.
        Gate.ReleaseAll();
    }

    /// <summary>Ends when the silo may turn to a store.</summary>
    /// <exception cref="KilledException">It never may again.</exception>
    public async Task PassAsync()
    {
        if (!_killed) await Gate.PassAsync();
        if (_killed) throw new KilledException(node);
    }
}
