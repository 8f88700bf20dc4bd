using System.Collections.Immutable;

namespace Warren.Nodes;

/// <summary>What the operator says about a node.</summary>
[GenerateSerializer, Alias("warren.node-spec"), Immutable]
public sealed record NodeSpec
{
    /// <summary>An active node without labels.</summary>
    public static NodeSpec Default { get; } = new();

    /// <summary>Labels, for constraints and spreading. Default: none.</summary>
    [Id(0)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Default: <see cref="NodeAvailability.Active"/>.</summary>
    [Id(1)]
    public NodeAvailability Availability { get; init; }
}
