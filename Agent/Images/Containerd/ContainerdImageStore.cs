using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Containerd;

/// <summary>The images of this node in containerd: pulled by Warren itself, since containerd 1.6 pulls nothing.</summary>
internal sealed class ContainerdImageStore : IImageStore
{
    private readonly SharedWork<PullKey, SharedPull, Image> _pulls = new();
    private readonly RegistryClient _registries;
    private readonly ImageAssembler _assembler;
    private readonly ImageRecords _records;
    private readonly ContainerdImages _images;
    private readonly ImagePull _pull;
    private readonly ImageImport _import;
    private readonly ImageCollector _collector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="connection">To containerd; stays open when the store is disposed.</param>
    /// <param name="containerd">How containerd is used.</param>
    /// <param name="options">The settings, valid.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="platforms">What this machine runs; null to find out.</param>
    /// <param name="measure">How full the disk of a folder is; null to ask the system.</param>
    public ContainerdImageStore(
        ContainerdConnection connection,
        ContainerdOptions containerd,
        ImageOptions options,
        TimeProvider time,
        ILogger<ContainerdImageStore> logger,
        PlatformMatcher? platforms = null,
        Func<string, DiskUse>? measure = null)
    {
        _time = time;
        _logger = logger;
        var content = new ContentStore(connection, options, time);
        var layers = new LayerStore(connection, containerd.Snapshotter, options, time);
        var leases = new PullLeases(connection, containerd.Snapshotter, options, time, logger);
        var matcher = platforms ?? PlatformMatcher.Host;
        _registries = new RegistryClient(options, time, logger, seed: (int)time.GetTimestamp());
        _assembler = new ImageAssembler(content, layers, leases, matcher, options);
        _records = new ImageRecords(connection, time);
        _images = new ContainerdImages(_records, new ImageReader(content, layers, matcher, logger), leases);
        _pull = new ImagePull(_registries, _images, _records, _assembler, leases, time, logger);
        _import = new ImageImport(_records, _assembler, leases, options, time, logger);
        _collector = new ImageCollector(connection, _images, leases, content, options, measure ?? DiskUse.Of, time, logger);
    }

    public Task<Image> PullAsync(
        ImageReference reference, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken) =>
        // What one has credentials for is not handed to who waits with others.
        _pulls.JoinAsync(
            new(reference.ToString(), options),
            () => new SharedPull(_time, _logger),
            (shared, token) => shared.Feed.WhileAsync(() => _pull.RunAsync(reference, options, shared.State, token)),
            shared =>
            {
                if (progress is not null) shared.Feed.Add(progress);
            },
            cancellationToken);

    public async Task<Image?> FindAsync(ImageReference reference, CancellationToken cancellationToken) =>
        (await _images.FindAsync(reference, cancellationToken))?.Image;

    public Task<ImmutableArray<Image>> ImportAsync(Stream archive, ImageReference? name, CancellationToken cancellationToken) =>
        _import.RunAsync(archive, name, cancellationToken);

    public Task<ImmutableArray<ImageUse>> ListAsync(CancellationToken cancellationToken) => _images.ListAsync(cancellationToken);

    public Task RemoveAsync(ImageReference reference, CancellationToken cancellationToken) => _images.RemoveAsync(reference, cancellationToken);

    public async Task TouchAsync(Image image, CancellationToken cancellationToken)
    {
        if (await _records.FindAsync(image.Name, cancellationToken) is { } record) await _records.TouchAsync(record, cancellationToken);
    }

    public Task<ImageCollection> CollectAsync(ImageCollectionPolicy policy, IReadOnlySet<string> keep, CancellationToken cancellationToken) =>
        _collector.CollectAsync(policy, keep, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _pulls.DisposeAsync();
        await _assembler.DisposeAsync();
        _registries.Dispose();
    }

    private sealed record PullKey(string Reference, PullOptions Options);

    private sealed class SharedPull
    {
        public SharedPull(TimeProvider time, ILogger logger) => Feed = new(State.Look, time, logger);

        public PullState State { get; } = new();

        public ProgressFeed Feed { get; }
    }
}
