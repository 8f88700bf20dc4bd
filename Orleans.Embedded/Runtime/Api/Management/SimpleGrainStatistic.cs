namespace Orleans.Runtime;

/// <summary>The activations of one grain class in one silo.</summary>
[GenerateSerializer]
[Immutable]
public sealed class SimpleGrainStatistic
{
    /// <summary>The grain class, as <c>Namespace.Class,Assembly</c>.</summary>
    [Id(0)]
    public string GrainType { get; init; } = default!;

    [Id(1)]
    public SiloAddress SiloAddress { get; init; } = default!;

    [Id(2)]
    public int ActivationCount { get; init; }

    public override string ToString() => $"SimpleGrainStatistic: GrainType={GrainType} Silo={SiloAddress} NumActivations={ActivationCount}";
}
