namespace Warren.Benchmarks.Engine.Grains;

/// <summary>About as large as the record of a small task.</summary>
[GenerateSerializer, Alias("Warren.Benchmarks.WriterState")]
public sealed class WriterState
{
    /// <summary>Changes with each write.</summary>
    [Id(0)]
    public long Number { get; set; }

    /// <summary>Stands for the rest of a record.</summary>
    [Id(1)]
    public string Text { get; set; } = new('x', 200);
}
