using System.Collections.Immutable;

namespace Warren.Contracts.Tests;

/// <summary>A contract of which the text is known.</summary>
[GenerateSerializer, Alias("contract-sample"), Immutable]
public sealed record ContractSample(int First)
{
    /// <summary>Any.</summary>
    [Id(4)]
    public ImmutableArray<string> Second { get; init; } = [];
}
