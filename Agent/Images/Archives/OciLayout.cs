using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Archives;

/// <summary>Archives in the form of an OCI image layout (OCI image specification, "Image Layout").</summary>
internal static class OciLayout
{
    public const string LayoutFile = "oci-layout", IndexFile = "index.json";

    private const int MaxDepth = 4;

    public static async Task<ImmutableArray<ArchivedImage>> ReadAsync(SpooledArchive archive, PlatformMatcher platforms, CancellationToken cancellationToken)
    {
        var bytes = await archive.ReadFileAsync(IndexFile, ManifestDocument.MaxBytes, cancellationToken);
        var index = ManifestDocument.Parse(bytes!.Value, MediaTypes.OciIndex, IndexFile).Index
            ?? throw new ImageException(ImageFault.Malformed, $"The archive's {IndexFile} is no index.");
        var images = ImmutableArray.CreateBuilder<ArchivedImage>();
        // Entries of one name are one image for several platforms; names of one digest are one image.
        foreach (var sameName in index.Manifests.GroupBy(entry => entry.FullName ?? entry.RefName ?? ""))
        {
            var documents = await ChooseAsync(archive, platforms, [.. sameName], sameName.Key, cancellationToken);
            var names = NameOf(sameName.First()) is { } name ? ImmutableArray.Create(name) : [];
            var known = images.FindIndex(image => image.Documents[0].Descriptor.Digest == documents[0].Descriptor.Digest);
            if (known >= 0) images[known] = images[known] with { Names = images[known].Names.AddRange(names) };
            else images.Add(new(names, documents, Blobs(archive, documents[^1].Document.Manifest!)));
        }
        return images.ToImmutable();
    }

    private static int FindIndex(this ImmutableArray<ArchivedImage>.Builder images, Func<ArchivedImage, bool> matches)
    {
        for (var i = 0; i < images.Count; i++)
        {
            if (matches(images[i])) return i;
        }
        return -1;
    }

    // The best for this machine among those that are there: an index of many platforms is often saved with one alone.
    private static async Task<ImmutableArray<FetchedManifest>> ChooseAsync(
        SpooledArchive archive, PlatformMatcher platforms, ImmutableArray<Descriptor> entries, string name, CancellationToken cancellationToken)
    {
        var left = entries.ToList();
        while (ImageIndex.Choose(platforms, left) is { } chosen)
        {
            if (await FollowAsync(archive, platforms, chosen, 0, cancellationToken) is { IsDefault: false } documents) return documents;
            left.Remove(chosen);
        }
        var odd = entries.FirstOrDefault(entry => !MediaTypes.IsManifest(entry.MediaType) && !MediaTypes.IsIndex(entry.MediaType));
        if (odd is not null) throw new ImageException(ImageFault.Malformed, $"The archive's image '{name}' is of type '{odd.MediaType}', which cannot be run.");
        var missing = entries.Where(entry => !archive.Has(PathOf(entry.Digest))).Select(entry => entry.Digest).FirstOrDefault();
        if (missing is not null) throw new ImageException(ImageFault.Malformed, $"The archive lacks the blob {missing} of its image '{name}'.");
        throw new ImageException(
            ImageFault.WrongPlatform,
            $"The archive's image '{name}' has no variant for {platforms.Preferred} that is whole; it names {string.Join(", ", await PlatformsAsync(archive, entries, cancellationToken))}.");
    }

    // Default when the archive holds nothing for this machine.
    private static async Task<ImmutableArray<FetchedManifest>> FollowAsync(
        SpooledArchive archive, PlatformMatcher platforms, Descriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        if (depth == MaxDepth || await ReadDocumentAsync(archive, descriptor, cancellationToken) is not { } document) return default;
        if (document.Document.Index is not { } index) return [document];
        var left = index.Manifests.ToList();
        while (ImageIndex.Choose(platforms, left) is { } chosen)
        {
            if (await FollowAsync(archive, platforms, chosen, depth + 1, cancellationToken) is { IsDefault: false } rest) return [document, .. rest];
            left.Remove(chosen);
        }
        return default;
    }

    private static async Task<FetchedManifest?> ReadDocumentAsync(SpooledArchive archive, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (await archive.ReadFileAsync(PathOf(descriptor.Digest), ManifestDocument.MaxBytes, cancellationToken) is not { } bytes) return null;
        var digest = Digests.Of(bytes.Span);
        if (digest != descriptor.Digest)
            throw new ImageException(ImageFault.DigestMismatch, $"The archive's file {PathOf(descriptor.Digest)} has the digest {digest}.");
        var document = ManifestDocument.Parse(bytes, descriptor.MediaType, descriptor.Digest);
        return new(descriptor with { MediaType = document.MediaType, Size = bytes.Length }, bytes, document);
    }

    private static async Task<IEnumerable<string>> PlatformsAsync(
        SpooledArchive archive, ImmutableArray<Descriptor> entries, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var entry in entries)
        {
            if (entry.Platform is { } platform) found.Add(platform.ToString());
            else if ((await ReadDocumentAsync(archive, entry, cancellationToken))?.Document.Index is { } index) found.AddRange(index.Platforms);
        }
        return found.Count == 0 ? ["none"] : found.Distinct();
    }

    private static ImmutableDictionary<string, ArchivedFile> Blobs(SpooledArchive archive, ImageManifest manifest)
    {
        var blobs = ImmutableDictionary.CreateBuilder<string, ArchivedFile>();
        foreach (var blob in manifest.Layers.Prepend(manifest.Config))
        {
            var file = archive.Open(PathOf(blob.Digest)) ?? throw new ImageException(ImageFault.Malformed, $"The archive lacks the blob {blob.Digest}.");
            if (file.Length != blob.Size)
            {
                throw new ImageException(
                    ImageFault.DigestMismatch, $"The archive's file {PathOf(blob.Digest)} has {file.Length} bytes, and the manifest says {blob.Size}.");
            }
            blobs[blob.Digest] = file;
        }
        return blobs.ToImmutable();
    }

    // A bare tag, as some tools write it, names no repository.
    private static ImageReference? NameOf(Descriptor entry)
    {
        var text = entry.FullName ?? (entry.RefName is { } name && name.AsSpan().ContainsAny('/', ':') ? name : null);
        return text is null ? null : ImageReferences.Parse(text);
    }

    private static string PathOf(string digest) => $"blobs/sha256/{digest[Digests.Prefix.Length..]}";
}
