namespace Warren.Benchmarks.Engine.Grains;

internal sealed class WriterGrain([PersistentState("writer")] IPersistentState<WriterState> stored) : Grain, IWriterGrain
{
    public Task WriteAsync()
    {
        stored.State.Number++;
        return stored.WriteStateAsync();
    }
}
