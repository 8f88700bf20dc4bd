using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>
/// Volumes on an NFS server, mounted while a container uses them. Mounting and unmounting run in processes of their own with a limit, so that a
/// server that is away holds up one container and not the agent. What is on the server is never deleted.
/// </summary>
public sealed class NfsVolumeDriver : IVolumeDriver
{
    private readonly VolumeLayout _layout;
    private readonly VolumeStoreOptions _store;
    private readonly NfsOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Mounts volumes below the folder of the options.</summary>
    public NfsVolumeDriver(VolumeStoreOptions store, NfsOptions options, TimeProvider time) =>
        (_layout, _store, _options, _time) = (new VolumeLayout(store.Root), store, options, time);

    /// <inheritdoc/>
    public string Name => "nfs";

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate(VolumeSpec spec) => NfsMountOptions.Read(spec).Problems;

    /// <inheritdoc/>
    public Task<string> MountAsync(VolumeSpec spec, CancellationToken cancellationToken) => VolumeErrors.Translate(spec.Name, "mounted", async () =>
    {
        var data = _layout.DataOf(spec.Name);
        if (Mounts.IsMounted(data)) return data;
        if (!File.Exists(_options.Helper))
        {
            throw new VolumeException(
                VolumeFault.Failed, $"the volume {spec.Name} was not mounted: {_options.Helper} is missing; install the Debian package nfs-common on this node");
        }

        Directory.CreateDirectory(data);
        var nfs = NfsMountOptions.Read(spec).Options;
        var what = $"the volume {spec.Name} was not mounted from {nfs.Source} with the options {nfs.MountOptions}";
        try
        {
            var failure = await ChildCommand.RunAsync(
                _options.MountProgram, ["-t", "nfs", "-o", nfs.MountOptions, "--", nfs.Source, data], _options.Limit, _time, null, cancellationToken);
            // An attempt before, which was given up, may have come through meanwhile.
            if (failure is not null && !Mounts.IsMounted(data)) throw new VolumeException(VolumeFault.Failed, $"{what}: {failure}");
        }
        catch (TimeoutException e)
        {
            throw new VolumeException(VolumeFault.Failed, $"{what}: {e.Message}; check that the server answers", e);
        }

        return data;
    });

    /// <inheritdoc/>
    public Task UnmountAsync(VolumeSpec spec, CancellationToken cancellationToken) => VolumeErrors.Translate(spec.Name, "unmounted", async () =>
    {
        var data = _layout.DataOf(spec.Name);
        if (!Mounts.IsMounted(data)) return true;
        // Asked nicely it writes back what is pending; a server that is away cannot take it, and then the mount is let go of.
        if (await TryUnmountAsync(["--", data], cancellationToken) is null) return true;
        if (await TryUnmountAsync(["--lazy", "--", data], cancellationToken) is { } failure)
            throw new VolumeException(VolumeFault.Failed, $"the volume {spec.Name} was not unmounted from {data}: {failure}");
        return true;
    });

    /// <inheritdoc/>
    public Task<VolumeUsage> MeasureAsync(VolumeSpec spec, CancellationToken cancellationToken)
    {
        var data = _layout.DataOf(spec.Name);
        return Mounts.IsMounted(data)
            ? VolumeMeasure.RunAsync(spec.Name, data, _store.MeasureLimit, _time, cancellationToken)
            : throw new VolumeException(VolumeFault.Failed, $"the volume {spec.Name} is not mounted, since no container uses it");
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(VolumeSpec spec, CancellationToken cancellationToken)
    {
        await UnmountAsync(spec, cancellationToken);
        await VolumeErrors.Translate(spec.Name, "deleted", () =>
        {
            // Not recursively: were it still mounted, what is on the server would go.
            var data = _layout.DataOf(spec.Name);
            if (Directory.Exists(data)) Directory.Delete(data);
            return Task.FromResult(true);
        });
    }

    private async Task<string?> TryUnmountAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await ChildCommand.RunAsync(_options.UnmountProgram, arguments, _options.Limit, _time, null, cancellationToken);
        }
        catch (TimeoutException e)
        {
            return e.Message;
        }
    }
}
