using System.Collections.Immutable;

namespace Warren.Agent.Images;

/// <summary>What a collection did.</summary>
/// <param name="Removed">Names of the images that were removed, in order.</param>
/// <param name="PercentBefore">Share of the disk in use before, in percent.</param>
/// <param name="PercentAfter">Share of the disk in use after, in percent.</param>
/// <param name="ReachedLowMark">False when the disk is still too full and nothing more may be removed.</param>
public sealed record ImageCollection(ImmutableArray<string> Removed, int PercentBefore, int PercentAfter, bool ReachedLowMark);
