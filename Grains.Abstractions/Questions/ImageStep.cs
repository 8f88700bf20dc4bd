using System.Collections.Immutable;

namespace Warren.Questions;

/// <summary>How far a node is with an image or an archive.</summary>
[GenerateSerializer, Alias("warren.image-step"), Immutable]
public sealed record ImageStep
{
    /// <summary>What is done.</summary>
    [Id(0)]
    public ImageStepKind Kind { get; init; }

    /// <summary>Layers that are here. Default: 0.</summary>
    [Id(1)]
    public int LayersDone { get; init; }

    /// <summary>All layers; 0: not known yet.</summary>
    [Id(2)]
    public int LayersTotal { get; init; }

    /// <summary>Bytes that are here. Default: 0.</summary>
    [Id(3)]
    public long BytesDone { get; init; }

    /// <summary>All bytes; 0: not known yet.</summary>
    [Id(4)]
    public long BytesTotal { get; init; }

    /// <summary>A retry and its reason, for people. Default: none.</summary>
    [Id(5)]
    public string Note { get; init; } = "";

    /// <summary>At the end the images that are there. Default: none.</summary>
    [Id(6)]
    public ImmutableArray<NodeImage> Images { get; init; } = [];
}
