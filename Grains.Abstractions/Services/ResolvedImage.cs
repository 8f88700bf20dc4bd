using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Services;

/// <summary>What an image reference meant at one time.</summary>
[GenerateSerializer, Alias("warren.resolved-image"), Immutable]
public sealed record ResolvedImage
{
    /// <summary>The reference with the digest in place of a tag: <c>registry/name@sha256:…</c>.</summary>
    [Id(0)]
    public required string Reference { get; init; }

    /// <summary>The platforms for which the image index has an image. Empty: not known, any node may be tried.</summary>
    [Id(1)]
    public ImmutableArray<Platform> Platforms { get; init; } = [];
}
