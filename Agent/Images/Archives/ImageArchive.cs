using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Images.Archives;

/// <summary>Reads what images an archive holds, in either form. Newer versions of <c>docker save</c> write both; then the OCI layout counts.</summary>
internal static class ImageArchive
{
    public static async Task<ImmutableArray<ArchivedImage>> ReadAsync(SpooledArchive archive, PlatformMatcher platforms, CancellationToken cancellationToken)
    {
        var images = archive.Has(OciLayout.IndexFile) && archive.Has(OciLayout.LayoutFile)
            ? await OciLayout.ReadAsync(archive, platforms, cancellationToken)
            : archive.Has(DockerArchive.ManifestFile)
                ? await DockerArchive.ReadAsync(archive, cancellationToken)
                : throw new ImageException(
                    ImageFault.Malformed,
                    $"The archive is of no known form: it has neither {OciLayout.LayoutFile} and {OciLayout.IndexFile} nor {DockerArchive.ManifestFile}.");
        return images.IsEmpty ? throw new ImageException(ImageFault.Malformed, "The archive holds no image.") : images;
    }

    /// <summary>The names to give: that of the caller, or else those of the archive.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.InvalidReference"/>: there is none, or one for several.</exception>
    public static ImmutableArray<(ImageReference Name, ArchivedImage Image)> Name(ImmutableArray<ArchivedImage> images, ImageReference? name)
    {
        if (name is not null)
        {
            if (images.Length == 1) return [(name, images[0])];
            throw new ImageException(
                ImageFault.InvalidReference, $"The archive holds {images.Length} images, so that the name {name} cannot be given; leave it out.");
        }
        if (images.Any(image => image.Names.IsEmpty))
            throw new ImageException(ImageFault.InvalidReference, "The archive does not name its image; give a name.");
        return [.. images.SelectMany(image => image.Names.Select(own => (own, image)))];
    }
}
