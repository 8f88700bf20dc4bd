namespace Warren.Usage;

/// <summary>Bytes that a counter has counted.</summary>
[GenerateSerializer, Alias("warren.counted-bytes"), Immutable]
public sealed record CountedBytes
{
    /// <summary>Since the counter began.</summary>
    [Id(0)]
    public required long Total { get; init; }

    /// <summary>A second, on the average since the measurement before; null: that is not known.</summary>
    [Id(1)]
    public double? Rate { get; init; }
}
