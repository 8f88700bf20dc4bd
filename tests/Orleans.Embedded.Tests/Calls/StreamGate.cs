using System.Collections.Concurrent;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>What the stream of a test does at each item.</summary>
internal sealed class StreamGate
{
    private static readonly ConcurrentDictionary<string, StreamGate> s_all = new();

    /// <summary>Whether there is an item of a number; may wait or throw.</summary>
    public Func<int, CancellationToken, Task<bool>> NextAsync { get; set; } = static (_, _) => Task.FromResult(true);

    /// <summary>Ends when the grain's method has, with whether it was cancelled.</summary>
    public TaskCompletionSource<bool> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static StreamGate Of(string name) => s_all.GetOrAdd(name, static _ => new StreamGate());
}
