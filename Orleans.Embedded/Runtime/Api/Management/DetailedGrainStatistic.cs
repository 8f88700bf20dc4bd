namespace Orleans.Runtime;

/// <summary>One activation.</summary>
[GenerateSerializer]
[Immutable]
public sealed class DetailedGrainStatistic
{
    /// <summary>The grain class, as <c>Namespace.Class,Assembly</c>.</summary>
    [Id(0)]
    public string GrainType { get; init; } = default!;

    [Id(1)]
    public SiloAddress SiloAddress { get; init; } = default!;

    [Id(2)]
    public GrainId GrainId { get; init; }
}
