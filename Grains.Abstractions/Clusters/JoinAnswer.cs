using Warren.Nodes;

namespace Warren.Clusters;

/// <summary>The machine is a node.</summary>
[GenerateSerializer, Alias("warren.join-answer"), Immutable]
public sealed record JoinAnswer
{
    /// <summary>Its certificate as PEM; it names cluster, node and role.</summary>
    [Id(0)]
    public required string Certificate { get; init; }

    /// <summary>The certificates of the authorities that are trusted, as PEM; two while the authority is rotated.</summary>
    [Id(1)]
    public required string Authority { get; init; }

    /// <summary>What it joined as.</summary>
    [Id(2)]
    public required NodeRole Role { get; init; }
}
