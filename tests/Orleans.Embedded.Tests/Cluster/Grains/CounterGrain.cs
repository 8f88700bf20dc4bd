using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster.Grains;

public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Adds one; stored when it returns.</summary>
    Task<int> IncrementAsync();

    Task<int> GetAsync();

    /// <summary>The silo that the grain is active in.</summary>
    Task<string> WhereAsync();
}

/// <summary>What a counter stores.</summary>
public sealed class CounterState
{
    public int Value { get; set; }
}

internal sealed class CounterGrain([PersistentState("counter")] IPersistentState<CounterState> state, ActivationJournal journal) : Grain, ICounterGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.OnActivated(this.GetGrainId(), RuntimeIdentity);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.OnDeactivated(this.GetGrainId(), RuntimeIdentity, reason);
        return Task.CompletedTask;
    }

    public async Task<int> IncrementAsync()
    {
        state.State.Value++;
        await state.WriteStateAsync();
        return state.State.Value;
    }

    public Task<int> GetAsync() => Task.FromResult(state.State.Value);

    public Task<string> WhereAsync() => Task.FromResult(RuntimeIdentity);
}

/// <summary>Passes increments on, so that silos call one another.</summary>
public interface IRelayGrain : IGrainWithStringKey
{
    Task<int> IncrementAsync(string counter);
}

internal sealed class RelayGrain : Grain, IRelayGrain
{
    public Task<int> IncrementAsync(string counter) => GrainFactory.GetGrain<ICounterGrain>(counter).IncrementAsync();
}
