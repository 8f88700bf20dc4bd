namespace Warren.Benchmarks.Engine.Grains;

internal sealed class PingGrain : Grain, IPingGrain
{
    public ValueTask PingAsync() => ValueTask.CompletedTask;
}
