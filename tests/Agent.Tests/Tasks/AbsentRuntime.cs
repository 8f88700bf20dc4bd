using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Tasks;

/// <summary>
/// A runtime that is away for a while, as containerd is when it is stopped: its containers go on, calls fail, also those under way, and what happens
/// meanwhile is told to nobody.
/// </summary>
internal sealed class AbsentRuntime : IContainerRuntime
{
    private readonly RuntimeEventHub _events = new(capacity: 1_000);
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _refused = new(0);
    private readonly Task _pumping;
    private CancellationTokenSource _absence = new();

    public AbsentRuntime(IContainerRuntime inner)
    {
        Inner = inner;
        _pumping = PumpAsync();
    }

    /// <summary>What is never away.</summary>
    public IContainerRuntime Inner { get; }

    /// <summary>Awaited before each removal. Default: nothing is.</summary>
    public Func<Task> BeforeRemoval { get; set; } = () => Task.CompletedTask;

    /// <summary>Called before each list is made. Default: nothing is.</summary>
    public Action BeforeList { get; set; } = () => { };

    private bool IsAway => _absence.IsCancellationRequested;

    public void GoAway() => _absence.Cancel();

    public void ComeBack()
    {
        // The one before is not disposed: a call may be about to read its token.
        _absence = new();
        _events.Resync();
    }

    /// <summary>Tells something to all who watch, whether it is so or not.</summary>
    public void Tell(RuntimeEvent happened) => _events.Publish(happened);

    /// <summary>Ends when so many more calls have failed.</summary>
    public async Task RefusedAsync(int calls)
    {
        for (var call = 0; call < calls; call++) (await _refused.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue($"call {call + 1} of {calls} was not made");
    }

    public Task<RuntimeDescription> DescribeAsync(CancellationToken cancellationToken) => CallAsync(Inner.DescribeAsync, cancellationToken);

    public Task PrepareAsync(ContainerRequest request, CancellationToken cancellationToken) => CallAsync(token => Inner.PrepareAsync(request, token), cancellationToken);

    public Task<ContainerStatus> StartAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync(token => Inner.StartAsync(id, token), cancellationToken);

    public Task<ContainerExit> WaitAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync(token => Inner.WaitAsync(id, token), cancellationToken);

    public Task<ContainerExit?> StopAsync(ContainerId id, int signal, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        CallAsync(token => Inner.StopAsync(id, signal, gracePeriod, token), cancellationToken);

    public Task SignalAsync(ContainerId id, int signal, bool allProcesses, CancellationToken cancellationToken) =>
        CallAsync(token => Inner.SignalAsync(id, signal, allProcesses, token), cancellationToken);

    public Task RemoveAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync(
        async token =>
        {
            await BeforeRemoval();
            await Inner.RemoveAsync(id, token);
        },
        cancellationToken);

    public Task<ContainerStatus?> FindAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync(token => Inner.FindAsync(id, token), cancellationToken);

    public Task<ImmutableArray<ContainerStatus>> ListAsync(CancellationToken cancellationToken)
    {
        BeforeList();
        return CallAsync(Inner.ListAsync, cancellationToken);
    }

    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken) => _events.WatchAsync(cancellationToken);

    public Task<IExecSession> ExecAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken) =>
        CallAsync(token => Inner.ExecAsync(id, request, token), cancellationToken);

    public Task<ContainerStats> GetStatsAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync(token => Inner.GetStatsAsync(id, token), cancellationToken);

    public Task<ImmutableArray<string>> SweepAsync(CancellationToken cancellationToken) => CallAsync(Inner.SweepAsync, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _pumping;
        await Inner.DisposeAsync();
        _events.Close();
        _absence.Dispose();
        _refused.Dispose();
        _end.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var happened in Inner.WatchAsync(_end.Token))
            {
                if (!IsAway) _events.Publish(happened);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The test ends.
        }
    }

    private Task CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) => CallAsync<object?>(
        async token =>
        {
            await call(token);
            return null;
        },
        cancellationToken);

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var absence = _absence.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(absence, cancellationToken);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (absence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _refused.Release();
            throw new ContainerRuntimeException(RuntimeFault.Unavailable, "the runtime is away");
        }
    }
}
