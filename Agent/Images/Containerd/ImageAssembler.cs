using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Images.Containerd;

/// <summary>
/// Brings the parts of an image, each of them once though several pulls want it, and unpacks the layers in order while later ones still come.
/// </summary>
internal sealed class ImageAssembler(
    ContentStore content, LayerStore layers, PullLeases leases, PlatformMatcher platforms, ImageOptions options) : IAsyncDisposable
{
    private const string ContentReference = "containerd.io/gc.ref.content.", SnapshotReference = "containerd.io/gc.ref.snapshot.";

    private readonly SharedWork<string, DownloadState, bool> _downloads = new();
    private readonly SharedWork<string, DownloadState, bool> _unpacks = new();
    private readonly SemaphoreSlim _downloadSlots = new(options.MaxParallelDownloads);
    private readonly SemaphoreSlim _unpackSlots = new(options.MaxParallelUnpacks);

    public PlatformMatcher Platforms => platforms;

    public async Task<AssembledImage> AssembleAsync(ImageParts parts, CancellationToken cancellationToken)
    {
        var manifest = parts.Manifest;
        var blobs = manifest.Layers.Prepend(manifest.Config).DistinctBy(blob => blob.Digest).ToDictionary(blob => blob.Digest, blob => new BlobState(blob.Size));
        parts.Progress.Begin(blobs.Values, manifest.Layers.Length);
        if (manifest.Config.Size > ConfigDocument.MaxBytes)
            throw new ImageException(ImageFault.Malformed, $"The config of {parts.What} has {manifest.Config.Size} bytes, and at most {ConfigDocument.MaxBytes} are read.");
        await BringAsync(parts, manifest.Config, blobs, cancellationToken);
        var bytes = await content.ReadAsync(manifest.Config.Digest, ConfigDocument.MaxBytes, cancellationToken);
        var config = ConfigDocument.Parse(bytes ?? ReadOnlyMemory<byte>.Empty, parts.What);
        Check(parts, config);

        var chain = ChainIds.Of(config.DiffIds);
        await BringLayersAsync(parts, config, chain, blobs, cancellationToken);
        await KeepDocumentsAsync(parts, chain, cancellationToken);
        return new(parts.Documents[0].Descriptor, Describe(parts, config, chain));
    }

    public async ValueTask DisposeAsync()
    {
        await _unpacks.DisposeAsync();
        await _downloads.DisposeAsync();
        _downloadSlots.Dispose();
        _unpackSlots.Dispose();
    }

    /// <summary>What is known of an image whose documents have been read; it has no name yet.</summary>
    public static Image Describe(ImageParts parts, ConfigDocument config, ImmutableArray<string> chain) => new()
    {
        Name = "",
        Digest = parts.Documents[0].Descriptor.Digest,
        ManifestDigest = parts.ManifestDescriptor.Digest,
        ChainId = chain.IsEmpty ? "" : chain[^1],
        Config = config.Run,
        Size = parts.Manifest.Size + parts.Documents.Sum(document => document.Descriptor.Size),
        Platforms = parts.Index?.Platforms ?? [(config.Platform ?? parts.ManifestDescriptor.Platform)?.ToString() ?? "unknown"],
    };

    private void Check(ImageParts parts, ConfigDocument config)
    {
        if (config.Platform is { } platform && !platforms.Runs(platform))
        {
            throw new ImageException(
                ImageFault.WrongPlatform,
                $"{parts.What} is for {platform}, and this machine runs {string.Join(", ", platforms.Order)}.");
        }
        if (config.DiffIds.Length != parts.Manifest.Layers.Length)
        {
            throw new ImageException(
                ImageFault.Malformed,
                $"The manifest of {parts.What} has {parts.Manifest.Layers.Length} layers, and its config tells of {config.DiffIds.Length}.");
        }
        if (config.DiffIds.IsEmpty) throw new ImageException(ImageFault.Malformed, $"{parts.What} has no layers, so that nothing in it can be run.");
    }

    // All layers are asked for at once, and the node's limit decides; the first failure ends the others.
    private async Task BringLayersAsync(
        ImageParts parts, ConfigDocument config, ImmutableArray<string> chain, Dictionary<string, BlobState> blobs, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var downloads = parts.Manifest.Layers.Select(layer => EndingOthersAsync(() => DownloadLayerAsync(parts, layer, blobs, failed.Token))).ToArray();
        var unpacking = EndingOthersAsync(() => UnpackInOrderAsync(parts, config, chain, downloads, failed.Token));
        await Task.WhenAll([.. downloads, unpacking]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (first is not null) ExceptionDispatchInfo.Throw(first);

        async Task EndingOthersAsync(Func<Task> work)
        {
            try
            {
                await work();
            }
            catch (Exception failure)
            {
                // How the others end is only the consequence, whatever they say.
                Interlocked.CompareExchange(ref first, failure, null);
                await failed.CancelAsync();
                throw;
            }
        }
    }

    private async Task DownloadLayerAsync(ImageParts parts, Descriptor layer, Dictionary<string, BlobState> blobs, CancellationToken cancellationToken)
    {
        await BringAsync(parts, layer, blobs, cancellationToken);
        parts.Progress.LayerDownloaded();
    }

    private async Task UnpackInOrderAsync(
        ImageParts parts, ConfigDocument config, ImmutableArray<string> chain, Task[] downloads, CancellationToken cancellationToken)
    {
        for (var i = 0; i < chain.Length; i++)
        {
            await downloads[i];
            var (layer, diffId, parent, chainId) = (parts.Manifest.Layers[i], config.DiffIds[i], i == 0 ? "" : chain[i - 1], chain[i]);
            // Before the look whether it is there: what the lease names is not collected between the two, nor when another pull has unpacked it.
            await leases.AddLayerAsync(parts.Lease, chainId, cancellationToken);
            await OnceAsync(
                _unpacks,
                chainId,
                async (_, token) =>
                {
                    if (await layers.HasAsync(chainId, token)) return true;
                    await WithSlotAsync(_unpackSlots, () => layers.UnpackAsync(layer, diffId, parent, chainId, parts.Lease, token), token);
                    return true;
                },
                null,
                cancellationToken);
            parts.Progress.LayerUnpacked();
        }
    }

    private async Task BringAsync(ImageParts parts, Descriptor blob, Dictionary<string, BlobState> blobs, CancellationToken cancellationToken)
    {
        // Before the look, as for layers.
        await leases.AddBlobAsync(parts.Lease, blob.Digest, cancellationToken);
        await OnceAsync(
            _downloads,
            blob.Digest,
            async (state, token) =>
            {
                if (await content.HasAsync(blob.Digest, token)) return true;
                await WithSlotAsync(_downloadSlots, () => WriteAsync(parts, blob, state, token), token);
                return true;
            },
            blobs[blob.Digest].Follow,
            cancellationToken);
        blobs[blob.Digest].Finish();
    }

    private async Task WriteAsync(ImageParts parts, Descriptor blob, DownloadState state, CancellationToken cancellationToken)
    {
        await using var writer = await content.OpenWriterAsync(blob, parts.Lease, state, cancellationToken);
        if (writer is not null) await parts.FetchAsync(blob, writer, cancellationToken);
    }

    // The failure of another pull's work may be of its registry or credentials alone: after it the work is tried by one's own.
    private static async Task OnceAsync(
        SharedWork<string, DownloadState, bool> shared,
        string key,
        Func<DownloadState, CancellationToken, Task<bool>> work,
        Action<DownloadState>? joined,
        CancellationToken cancellationToken)
    {
        for (var isOwn = false; ;)
        {
            try
            {
                await shared.JoinAsync(
                    key,
                    () => new DownloadState(),
                    (state, token) =>
                    {
                        isOwn = true;
                        return work(state, token);
                    },
                    joined,
                    cancellationToken);
                return;
            }
            catch (ImageException) when (!isOwn)
            {
                // Once more, until it is our own.
            }
        }
    }

    private static async Task WithSlotAsync(SemaphoreSlim slots, Func<Task> work, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            slots.Release();
        }
    }

    // From the bottom up, so that whatever is labelled points to what is there.
    private async Task KeepDocumentsAsync(ImageParts parts, ImmutableArray<string> chain, CancellationToken cancellationToken)
    {
        var manifest = parts.Manifest;
        await content.LabelAsync(
            manifest.Config.Digest, new Dictionary<string, string> { [SnapshotReference + layers.Snapshotter] = chain[^1] }, cancellationToken);
        for (var i = parts.Documents.Length - 1; i >= 0; i--)
        {
            var document = parts.Documents[i];
            var labels = new Dictionary<string, string>();
            if (document.Document.Manifest is null)
            {
                labels[ContentReference + "m.0"] = parts.Documents[i + 1].Descriptor.Digest;
            }
            else
            {
                labels[ContentReference + "config"] = manifest.Config.Digest;
                for (var layer = 0; layer < manifest.Layers.Length; layer++)
                    labels[ContentReference + "l." + layer.ToString(CultureInfo.InvariantCulture)] = manifest.Layers[layer].Digest;
            }
            await leases.AddBlobAsync(parts.Lease, document.Descriptor.Digest, cancellationToken);
            await content.PutAsync(document.Descriptor, document.Bytes, parts.Lease, cancellationToken);
            await content.LabelAsync(document.Descriptor.Digest, labels, cancellationToken);
        }
    }
}
