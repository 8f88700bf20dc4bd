using System.Collections.Concurrent;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>Wakes those who wait for something to happen to a container. A wake-up says "look", nothing more.</summary>
internal sealed class ExitSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _signals = new(StringComparer.Ordinal);

    /// <summary>The next wake-up for a container from now on.</summary>
    public Task Next(string id) =>
        _signals.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Wake(string id)
    {
        if (_signals.TryRemove(id, out var signal)) signal.TrySetResult();
    }

    public void WakeAll()
    {
        foreach (var id in _signals.Keys) Wake(id);
    }
}
