using System.Collections.Immutable;

namespace Warren.Agent.Images;

/// <summary>What the collection of images is decided by.</summary>
/// <param name="Images">All images with what uses them.</param>
/// <param name="Keep">Names or digests of images to keep.</param>
/// <param name="Policy">The marks.</param>
/// <param name="UsedPercent">Share of the disk in use.</param>
/// <param name="Now">The time.</param>
internal sealed record ImageCollectionSnapshot(
    ImmutableArray<ImageUse> Images, IReadOnlySet<string> Keep, ImageCollectionPolicy Policy, int UsedPercent, DateTimeOffset Now);
