namespace Warren.Benchmarks.Engine.Grains;

/// <summary>A grain that does nothing, so that what is measured is the call.</summary>
[Alias("Warren.Benchmarks.IPingGrain")]
public interface IPingGrain : IGrainWithIntegerKey
{
    /// <summary>Answers.</summary>
    [Alias("Ping")]
    ValueTask PingAsync();
}
