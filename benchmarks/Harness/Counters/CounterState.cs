namespace Warren.Harness.Counters;

/// <summary>What a counter keeps. The history of writes reads it from the database by these names.</summary>
[GenerateSerializer, Alias("Warren.Harness.CounterState")]
public sealed class CounterState
{
    /// <summary>The number of increments so far.</summary>
    [Id(0)]
    public long Value { get; set; }

    /// <summary>The last increment's number.</summary>
    [Id(1)]
    public long Operation { get; set; }

    /// <summary>The silo that wrote this.</summary>
    [Id(2)]
    public string Silo { get; set; } = "";

    /// <summary>The activation that wrote this.</summary>
    [Id(3)]
    public string Activation { get; set; } = "";
}
