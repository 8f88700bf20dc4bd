using System.Runtime.CompilerServices;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster.Grains;

/// <summary>Something that grains call in a client.</summary>
public interface INoticeObserver : IGrainObserver
{
    Task NoticeAsync(string text);
}

/// <summary>One method for each thing that must work between silos.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    Task<string> WhereAsync();

    /// <exception cref="ProbeException">Always.</exception>
    Task FailAsync(string message);

    /// <summary>Ends when its token is cancelled, never otherwise.</summary>
    Task HangAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lets another grain hang and waits for it.</summary>
    Task HangThroughAsync(IProbeGrain other, string name);

    [ResponseTimeout("00:00:01")]
    Task HangForASecondAsync(string name);

    /// <summary>Calls the first of the grains, which calls the next, and so on.</summary>
    Task<string> CallThroughAsync(List<string> path);

    IAsyncEnumerable<int> CountAsync(int count, CancellationToken cancellationToken);

    /// <summary>A value of the request context, as this grain or the one it asks sees it.</summary>
    Task<string?> ContextAsync(string key, IProbeGrain? ask);

    Task SubscribeAsync(INoticeObserver observer);

    Task NotifyAsync(INoticeObserver observer, string text);
}

[GenerateSerializer]
public sealed class ProbeException(string message) : Exception(message);

internal sealed class ProbeGrain(Events events) : Grain, IProbeGrain
{
    public Task<string> WhereAsync() => Task.FromResult(RuntimeIdentity);

    public Task FailAsync(string message) => throw new ProbeException($"{message} in {RuntimeIdentity}");

    public async Task HangAsync(string name, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource();
        using var registration = cancellationToken.Register(cancelled.SetResult);
        events.Add($"hangs: {name}");
        await cancelled.Task;
        events.Add($"cancelled: {name}");
        cancellationToken.ThrowIfCancellationRequested();
    }

    public Task HangThroughAsync(IProbeGrain other, string name) => other.HangAsync(name, CancellationToken.None);

    public Task HangForASecondAsync(string name)
    {
        events.Add($"hangs: {name}");
        return new TaskCompletionSource().Task;
    }

    public async Task<string> CallThroughAsync(List<string> path) =>
        path.Count == 0 ? RuntimeIdentity : await GrainFactory.GetGrain<IProbeGrain>(path[0]).CallThroughAsync(path[1..]);

    public async IAsyncEnumerable<int> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    public async Task<string?> ContextAsync(string key, IProbeGrain? ask) => ask is null ? RequestContext.Get(key) as string : await ask.ContextAsync(key, null);

    public Task SubscribeAsync(INoticeObserver observer) => observer.NoticeAsync($"subscribed in {RuntimeIdentity}");

    public Task NotifyAsync(INoticeObserver observer, string text) => observer.NoticeAsync($"{text} from {RuntimeIdentity}");
}
