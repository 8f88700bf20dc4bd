namespace Orleans.Embedded.Tests.Activations;

internal interface ICounterGrain : IGrainWithStringKey
{
    Task<CounterReport> Get();

    Task<CounterReport> Add(int amount);

    /// <summary>Adds, and hides what goes wrong with the write.</summary>
    Task AddCarelessly(int amount);

    Task Clear();

    Task Reread();
}

[GenerateSerializer]
internal sealed record CounterReport([property: Id(0)] int Value, [property: Id(1)] string? ETag, [property: Id(2)] bool Exists, [property: Id(3)] string Activation);

internal sealed class CounterState
{
    public int Value { get; set; }
}

[GrainType("stored-counter")]
internal sealed class CounterGrain([PersistentState("counter", "scripted")] IPersistentState<CounterState> counter) : Grain, ICounterGrain
{
    private int _valueAtActivation;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _valueAtActivation = counter.State.Value;
        return Task.CompletedTask;
    }

    public Task<CounterReport> Get()
    {
        _valueAtActivation.ShouldBeLessThanOrEqualTo(counter.State.Value);
        return Task.FromResult(new CounterReport(counter.State.Value, counter.Etag, counter.RecordExists, GrainContext.ActivationId.ToString()));
    }

    public async Task<CounterReport> Add(int amount)
    {
        counter.State.Value += amount;
        await counter.WriteStateAsync();
        return await Get();
    }

    public async Task AddCarelessly(int amount)
    {
        try
        {
            await Add(amount);
        }
        catch (Storage.InconsistentStateException)
        {
            // As careless grains do.
        }
    }

    public Task Clear() => counter.ClearStateAsync();

    public Task Reread() => counter.ReadStateAsync();
}

internal interface IUnstoredGrain : IGrainWithStringKey
{
    Task Call();
}

internal sealed class UnstoredGrain([PersistentState("state", "nowhere")] IPersistentState<CounterState> state) : Grain, IUnstoredGrain
{
    public Task Call() => state.ReadStateAsync();
}
