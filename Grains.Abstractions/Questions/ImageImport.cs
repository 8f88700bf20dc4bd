namespace Warren.Questions;

/// <summary>An archive of images that a node is to take, whose bytes it asks for by <see cref="Warren.Nodes.INodeLink.NextDataAsync"/>.</summary>
[GenerateSerializer, Alias("warren.image-import"), Immutable]
public sealed record ImageImport
{
    /// <summary>The name to give to the one image of the archive, a valid reference. Default (null): the archive's own names.</summary>
    [Id(0)]
    public string? Name { get; init; }
}
