namespace Warren.Benchmarks.Engine.Grains;

/// <summary>A grain that writes its state.</summary>
[Alias("Warren.Benchmarks.IWriterGrain")]
public interface IWriterGrain : IGrainWithIntegerKey
{
    /// <summary>Changes the state and returns when it is durable.</summary>
    [Alias("Write")]
    Task WriteAsync();
}
