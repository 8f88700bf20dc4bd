using Orleans.Embedded.Tests.Scripting;

namespace Orleans.Embedded.Tests.Testing;

/// <summary>Tests of one silo, in which each test has a silo and grains of its own.</summary>
public abstract class SiloTest : IAsyncLifetime
{
    private readonly List<Task> _mustEnd = [];

    internal TestSilos Silos { get; private set; } = null!;

    internal IGrainFactory Grains => Silos.Local;

    public virtual async Task InitializeAsync() => Silos = await TestSilos.StartAsync(Configure);

    public virtual async Task DisposeAsync()
    {
        await Task.WhenAll(_mustEnd).WaitAsync(Limit.Long);
        await Silos.DisposeAsync();
    }

    protected virtual void Configure(ISiloBuilder silo)
    {
    }

    internal IScriptedGrain NewGrain() => Grains.GetGrain<IScriptedGrain>(Script.NewName());

    internal IScriptedReentrantGrain NewReentrantGrain() => Grains.GetGrain<IScriptedReentrantGrain>(Script.NewName());

    /// <summary>Starts a call that stays in the grain until the result is set.</summary>
    internal async Task<TaskCompletionSource> HoldAsync(IScriptedGrain grain)
    {
        var entered = NewSignal();
        var release = NewSignal();
        _mustEnd.Add(grain.Do(async _ =>
        {
            entered.SetResult();
            await release.Task;
        }));
        await entered.Task.WaitAsync(Limit.Long);
        return release;
    }

    /// <summary>Ends when a grain runs no call. A caller has its answer a moment before.</summary>
    internal async Task WhenIdleAsync(IScriptedGrain grain)
    {
        while (Silos.Runtime().Directory.Find(grain.GetGrainId()) is { QueueLength: > 0 }) await Task.Yield();
    }

    internal static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
