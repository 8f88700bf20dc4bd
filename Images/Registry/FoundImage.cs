using System.Collections.Immutable;

namespace Warren.Images.Registry;

/// <summary>What a reference means at its registry.</summary>
/// <param name="Digest">What it stands for: an index or a manifest.</param>
/// <param name="Platforms">The platforms that have an image, normalised. Empty: that cannot be told, any may have.</param>
internal sealed record FoundImage(string Digest, ImmutableArray<Formats.Platform> Platforms);
