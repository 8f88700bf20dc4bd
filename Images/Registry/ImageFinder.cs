using System.Collections.Concurrent;
using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images.Formats;

namespace Warren.Images.Registry;

/// <summary>
/// Finds out what references mean, without getting images: a tag by <c>HEAD</c>, which registries do not count, and then the manifest of a digest that
/// was not seen before; of an image without index its config too, which alone says the platform.
/// </summary>
internal sealed class ImageFinder(RegistryClient registries)
{
    // An entry takes some hundred bytes.
    private const int CacheCapacity = 4096;

    private readonly ConcurrentDictionary<string, ImmutableArray<Platform>> _platforms = new(StringComparer.Ordinal);

    /// <summary>Asks the mirrors and the registry, as a pull would.</summary>
    /// <exception cref="ImageException">Why not; the message names the image.</exception>
    public async Task<FoundImage> FindAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var source = registries.Open(reference, null, static _ => { }, "was not resolved");
        var digest = reference.Digest ?? await source.ResolveAsync(reference.Tag!, cancellationToken);
        if (digest is not null && _platforms.TryGetValue(digest, out var known)) return new(digest, known);
        var manifest = await source.GetManifestAsync(digest ?? reference.Tag!, null, cancellationToken);
        var platforms = manifest.Document.Index is { } index
            ? PlatformsOf(index)
            : await PlatformsOfAsync(reference, source, manifest.Document.Manifest!.Config, cancellationToken);
        if (_platforms.Count >= CacheCapacity) _platforms.Clear();
        _platforms[manifest.Descriptor.Digest] = platforms;
        return new(manifest.Descriptor.Digest, platforms);
    }

    // An entry without platform may be for any, and of one that is an index itself nothing is known.
    private static ImmutableArray<Platform> PlatformsOf(ImageIndex index)
    {
        var usable = index.Manifests.Where(entry => MediaTypes.IsManifest(entry.MediaType) || MediaTypes.IsIndex(entry.MediaType)).ToArray();
        return usable.Any(entry => entry.Platform is null) ? [] : Normal(usable.Select(entry => entry.Platform!).Where(platform => !platform.IsUnknown));
    }

    private static async Task<ImmutableArray<Platform>> PlatformsOfAsync(
        ImageReference reference, RegistrySource source, Descriptor config, CancellationToken cancellationToken)
    {
        if (config.Size > ConfigDocument.MaxBytes)
            throw new ImageException(ImageFault.Malformed, $"The config of {reference} has {config.Size} bytes, and at most {ConfigDocument.MaxBytes} are read.");
        using var sink = new SmallBlobSink(config.Digest);
        await source.DownloadAsync(config, sink, cancellationToken);
        return ConfigDocument.Parse(sink.Bytes, reference.ToString()).Platform is { } platform ? Normal([platform]) : [];
    }

    // Levels above the first of amd64 are a matter of the very processor, which only the node knows.
    private static ImmutableArray<Platform> Normal(IEnumerable<Platform> platforms) =>
    [
        .. platforms.Select(platform => platform.Normalize()).Select(platform => platform.Architecture == "amd64" ? platform with { Variant = "" } : platform)
            .Distinct(),
    ];
}
