using System.Collections.Immutable;

namespace Warren.Configs;

/// <summary>A config as the user wrote it: a file for tasks that is no secret.</summary>
[GenerateSerializer, Alias("warren.config-spec"), Immutable]
public sealed record ConfigSpec
{
    /// <summary>The most bytes of a content.</summary>
    public const int MaxSize = 1024 * 1024;

    /// <summary>The name, for good.</summary>
    [Id(0)]
    public required ConfigName Name { get; init; }

    /// <summary>Labels. Default: none.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>At most <see cref="MaxSize"/> bytes.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>
    /// Whether the content is a <see cref="ConfigTemplate"/>, of which each task gets a copy with its fields filled in by its node. Default: false; then braces are
    /// characters like others.
    /// </summary>
    [Id(3)]
    public bool IsTemplate { get; init; }
}
