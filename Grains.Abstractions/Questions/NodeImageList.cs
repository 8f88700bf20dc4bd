using System.Collections.Immutable;

namespace Warren.Questions;

/// <summary>Images of a node: all, or those that a prune has removed or would remove.</summary>
[GenerateSerializer, Alias("warren.node-image-list"), Immutable]
public sealed record NodeImageList
{
    /// <summary>The images, by name.</summary>
    [Id(0)]
    public ImmutableArray<NodeImage> Images { get; init; } = [];
}
