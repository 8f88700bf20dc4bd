using System.Collections.Immutable;

namespace Warren.Agent.Images;

/// <summary>An image and what uses it.</summary>
/// <param name="Image">The image.</param>
/// <param name="LastUsed">When a container of it was last made, or it was pulled or imported.</param>
/// <param name="Containers">Names of the containers made from it.</param>
public sealed record ImageUse(Image Image, DateTimeOffset LastUsed, ImmutableArray<string> Containers);
