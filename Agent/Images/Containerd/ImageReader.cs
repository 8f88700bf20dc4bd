using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Containerd;

/// <summary>Reads images that are there from their documents in the content store, whoever brought them.</summary>
internal sealed partial class ImageReader(ContentStore content, LayerStore layers, PlatformMatcher platforms, ILogger logger)
{
    // Deeper nesting has no use; the bound keeps a document that names itself from being read for ever.
    public const int MaxDepth = 4;

    private const int CacheCapacity = 4096;

    // Documents never change, so neither does what was read of them.
    private readonly ConcurrentDictionary<string, Image> _known = new(StringComparer.Ordinal);

    /// <summary>The image, if it is whole, for this machine, and unpacked; else null.</summary>
    public async Task<Image?> ReadAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        var image = _known.GetValueOrDefault(record.Target) ?? await ReadDocumentsAsync(record, cancellationToken);
        if (image is null || !await layers.HasAsync(image.ChainId, cancellationToken)) return null;
        if (_known.Count < CacheCapacity) _known.TryAdd(record.Target, image);
        return image with { Name = record.Name };
    }

    private async Task<Image?> ReadDocumentsAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var root = new Descriptor(record.TargetType, record.Target, record.TargetSize);
            var documents = await ReadChainAsync(root, 0, record.Name, cancellationToken);
            if (documents.IsEmpty) return null;
            var parts = new ImageParts(record.Name, documents, (_, _, _) => Task.CompletedTask, "", new PullState());
            var bytes = await content.ReadAsync(parts.Manifest.Config.Digest, ConfigDocument.MaxBytes, cancellationToken);
            if (bytes is not { } found) return null;
            var config = ConfigDocument.Parse(found, record.Name);
            var isForUs = config.Platform is not { } platform || platforms.Runs(platform);
            return isForUs && !config.DiffIds.IsEmpty ? ImageAssembler.Describe(parts, config, ChainIds.Of(config.DiffIds)) : null;
        }
        catch (ImageException e) when (e.Fault == ImageFault.Malformed)
        {
            LogUnreadable(e, record.Name);
            return null;
        }
    }

    // Of an index, the best manifest that is there: an archive may hold only some.
    private async Task<ImmutableArray<FetchedManifest>> ReadChainAsync(Descriptor descriptor, int depth, string what, CancellationToken cancellationToken)
    {
        if (depth == MaxDepth || await content.ReadAsync(descriptor.Digest, ManifestDocument.MaxBytes, cancellationToken) is not { } bytes) return [];
        var fetched = new FetchedManifest(descriptor, bytes, ManifestDocument.Parse(bytes, descriptor.MediaType, what));
        if (fetched.Document.Index is not { } index) return [fetched];
        var left = index.Manifests.ToList();
        while (ImageIndex.Choose(platforms, left) is { } chosen)
        {
            var rest = await ReadChainAsync(chosen, depth + 1, what, cancellationToken);
            if (!rest.IsEmpty) return [fetched, .. rest];
            left.Remove(chosen);
        }
        return [];
    }

    [LoggerMessage(LogLevel.Debug, "The image {Name} in containerd cannot be read and is not listed")]
    private partial void LogUnreadable(Exception exception, string name);
}
