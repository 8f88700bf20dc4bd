using System.Collections.Immutable;

namespace Warren.Questions;

/// <summary>An image of a node.</summary>
[GenerateSerializer, Alias("warren.node-image"), Immutable]
public sealed record NodeImage
{
    /// <summary>Its name, in full form.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What the name stood for when it was pulled or imported.</summary>
    [Id(1)]
    public required string Digest { get; init; }

    /// <summary>Bytes of its packed parts.</summary>
    [Id(2)]
    public required long Size { get; init; }

    /// <summary>The platforms that it has, as the index says.</summary>
    [Id(3)]
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>Containers that are made from it, by task.</summary>
    [Id(4)]
    public ImmutableArray<string> Tasks { get; init; } = [];

    /// <summary>When a container was last made from it, or it was pulled or imported.</summary>
    [Id(5)]
    public required DateTimeOffset LastUsed { get; init; }

    /// <summary>Whether a task that the node has, or may have to start again, needs it; null: it is not known which tasks it has.</summary>
    [Id(6)]
    public bool? IsWanted { get; init; }
}
