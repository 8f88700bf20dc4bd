using System.Collections.Concurrent;

namespace Warren.Shims.Tests.Calls;

/// <summary>Lets a test await what happens inside a service method; calls are told apart by the text of their request.</summary>
public sealed class ProbeLog
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();

    public void Started(string call) => Event($"started {call}").TrySetResult();

    public void Cancelled(string call) => Event($"cancelled {call}").TrySetResult();

    public Task WhenStarted(string call) => Event($"started {call}").Task.WaitAsync(ProbeServer.Patience);

    public Task WhenCancelled(string call) => Event($"cancelled {call}").Task.WaitAsync(ProbeServer.Patience);

    private TaskCompletionSource Event(string name) =>
        _events.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
