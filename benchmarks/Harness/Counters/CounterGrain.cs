namespace Warren.Harness.Counters;

/// <summary>Reads, adds one, writes, and only then answers.</summary>
internal sealed class CounterGrain(
    [PersistentState(CounterGrain.StateName)] IPersistentState<CounterState> stored, ILocalSiloDetails silo) : Grain, ICounterGrain
{
    public const string StateName = "counter";

    private readonly string _silo = silo.SiloAddress.ToParsableString();
    private bool _inDoubt;

    public async Task<CounterAnswer> IncrementAsync(long operation)
    {
        // After a write that failed, only the store knows what is in it.
        if (_inDoubt) await stored.ReadStateAsync();
        var state = stored.State;
        state.Value++;
        state.Operation = operation;
        state.Silo = _silo;
        state.Activation = GrainContext.ActivationId.ToString();
        _inDoubt = true;
        await stored.WriteStateAsync();
        _inDoubt = false;
        return new CounterAnswer(state.Value, _silo);
    }
}
