using System.Collections.Immutable;
using Warren.Images;

namespace Warren.Agent.Images;

/// <summary>
/// Which images may go, in order, and why others stay. Names of one image go together: the layers go with the last of them, and a use of one is a use of all.
/// </summary>
/// <param name="Remove">Names, the image that was unused for longest first. The one who carries it out stops at the low mark.</param>
/// <param name="Kept">Names that stay, with the reason.</param>
internal sealed record ImageCollectionPlan(ImmutableArray<string> Remove, ImmutableSortedDictionary<string, KeepReason> Kept)
{
    public static ImageCollectionPlan Compute(ImageCollectionSnapshot snapshot)
    {
        var remove = ImmutableArray.CreateBuilder<string>();
        var kept = ImmutableSortedDictionary.CreateBuilder<string, KeepReason>(StringComparer.Ordinal);
        var groups = snapshot.Images.GroupBy(use => use.Image.ManifestDigest)
            .OrderBy(group => group.Max(use => use.LastUsed)).ThenBy(group => group.Key, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var names = group.Select(use => use.Image.Name).Order(StringComparer.Ordinal);
            if (ReasonToKeep(snapshot, [.. group]) is { } reason)
                kept.AddRange(names.Select(name => KeyValuePair.Create(name, reason)));
            else
                remove.AddRange(names);
        }
        return new(remove.ToImmutable(), kept.ToImmutable());
    }

    private static KeepReason? ReasonToKeep(ImageCollectionSnapshot snapshot, ImageUse[] group)
    {
        if (snapshot.UsedPercent < snapshot.Policy.HighPercent) return KeepReason.BelowHighMark;
        if (group.Any(use => use.Containers.Length > 0)) return KeepReason.InUse;
        if (group.Any(use => IsWanted(use.Image, snapshot.Keep))) return KeepReason.Wanted;
        if (group.Max(use => use.LastUsed) > snapshot.Now - snapshot.Policy.MinAge) return KeepReason.TooYoung;
        return null;
    }

    /// <summary>Whether an image is named among those to keep.</summary>
    internal static bool IsWanted(Image image, IReadOnlySet<string> keep) =>
        keep.Contains(image.Name) || keep.Contains(image.Digest) || keep.Contains(image.ManifestDigest) || keep.Any(text => NamesIt(text, image));

    // As users write them: without registry or tag, or pinned.
    private static bool NamesIt(string text, Image image)
    {
        try
        {
            var reference = ImageReferences.Parse(text);
            return reference.ToString() == image.Name || (reference.Digest is { } digest && (digest == image.Digest || digest == image.ManifestDigest));
        }
        catch (ImageException)
        {
            // What is no reference names no image.
            return false;
        }
    }
}
