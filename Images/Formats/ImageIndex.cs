using System.Collections.Immutable;

namespace Warren.Images.Formats;

/// <summary>A list of manifests, one for each platform.</summary>
internal sealed record ImageIndex(ImmutableArray<Descriptor> Manifests)
{
    /// <summary>The platforms with something that runs.</summary>
    public ImmutableArray<string> Platforms =>
        [.. Manifests.Where(entry => entry.Platform is { IsUnknown: false }).Select(entry => entry.Platform!.ToString()).Distinct()];

    /// <summary>
    /// The manifest for the machine, or null. An entry without platform may be for any; it is taken when no other fits, and its config decides.
    /// </summary>
    public Descriptor? Choose(PlatformMatcher matcher) => Choose(matcher, Manifests);

    public static Descriptor? Choose(PlatformMatcher matcher, IEnumerable<Descriptor> manifests)
    {
        var usable = manifests.Where(entry => MediaTypes.IsManifest(entry.MediaType) || MediaTypes.IsIndex(entry.MediaType)).ToArray();
        var best = matcher.Best(usable.Where(entry => entry.Platform is not null).Select(entry => entry.Platform!));
        return usable.FirstOrDefault(entry => best is not null && ReferenceEquals(entry.Platform, best))
            ?? usable.FirstOrDefault(entry => entry.Platform is null);
    }
}
