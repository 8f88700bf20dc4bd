using System.ComponentModel;
using System.Globalization;
using Warren.Hosting.Files;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>
/// Volumes that are a folder of the node, or memory. What is in memory stays while the node runs, used or not, and is empty after it has
/// restarted. Mode and owner are set when the volume is made, and then are its users' affair.
/// </summary>
public sealed class LocalVolumeDriver : IVolumeDriver
{
    private const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly VolumeLayout _layout;
    private readonly TimeProvider _time;
    private readonly TimeSpan _measureLimit;

    /// <summary>Keeps volumes below the folder of the options.</summary>
    public LocalVolumeDriver(VolumeStoreOptions options, TimeProvider time) =>
        (_layout, _time, _measureLimit) = (new VolumeLayout(options.Root), time, options.MeasureLimit);

    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate(VolumeSpec spec) => LocalOptions.Read(spec).Problems;

    /// <inheritdoc/>
    public Task<string> MountAsync(VolumeSpec spec, CancellationToken cancellationToken) => VolumeErrors.Translate(spec.Name, "made", () =>
    {
        var options = LocalOptions.Read(spec).Options;
        var data = _layout.DataOf(spec.Name);
        if (!Directory.Exists(data)) Make(spec.Name, data, options);
        if (options.IsTmpfs && !Mounts.IsMounted(data)) MountMemory(spec.Name, data, options);
        return Task.FromResult(data);
    });

    /// <inheritdoc/>
    public Task UnmountAsync(VolumeSpec spec, CancellationToken cancellationToken) =>
        // A folder is not mounted, and what is in memory would be lost.
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task<VolumeUsage> MeasureAsync(VolumeSpec spec, CancellationToken cancellationToken) =>
        VolumeMeasure.RunAsync(spec.Name, _layout.DataOf(spec.Name), _measureLimit, _time, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(VolumeSpec spec, CancellationToken cancellationToken) => VolumeErrors.Translate(spec.Name, "deleted", async () =>
    {
        var data = _layout.DataOf(spec.Name);
        if (Mounts.IsMounted(data)) Mounts.Unmount(data);
        // Deleting would go on into what somebody has mounted there.
        if (Mounts.At(data) is [var mount, ..])
            throw new VolumeException(VolumeFault.Failed, $"the volume {spec.Name} was not deleted: something is mounted on {mount}; unmount it first");
        // Names of files may hold bytes that .NET cannot name.
        var failure = await ChildCommand.RunAsync(
            "rm", ["-rf", "--one-file-system", "--", data, data + ".new"], Timeout.InfiniteTimeSpan, _time, null, cancellationToken);
        if (failure is not null) throw new VolumeException(VolumeFault.Failed, $"the volume {spec.Name} was not deleted: {failure}");
        return true;
    });

    // Under another name first, so that a volume that has its name has its mode and owner too.
    private void Make(string name, string data, LocalOptions options)
    {
        var fresh = data + ".new";
        Directory.CreateDirectory(fresh);
        VolumeFolder.SetOwner(fresh, options.User ?? 0, options.Group ?? 0);
        File.SetUnixFileMode(fresh, options.Mode is { } mode ? (UnixFileMode)mode : DefaultMode);
        Directory.Move(fresh, data);
        DurableFile.FlushFolder(_layout.FolderOf(name));
    }

    private static void MountMemory(string name, string data, LocalOptions options)
    {
        List<string> arguments = [string.Create(CultureInfo.InvariantCulture, $"mode={Convert.ToString(options.Mode ?? 0x3FF, 8)}")];
        if (options.Size is { } size) arguments.Add(string.Create(CultureInfo.InvariantCulture, $"size={size}"));
        if (options.User is { } user) arguments.Add(string.Create(CultureInfo.InvariantCulture, $"uid={user}"));
        if (options.Group is { } group) arguments.Add(string.Create(CultureInfo.InvariantCulture, $"gid={group}"));
        try
        {
            Mounts.Mount("warren-volume", data, "tmpfs", Mounts.NoSuid | Mounts.NoDevices, string.Join(',', arguments));
        }
        catch (Win32Exception e)
        {
            throw new VolumeException(VolumeFault.Failed, $"the volume {name} was not made: mounting tmpfs ({string.Join(',', arguments)}) on {data}: {e.Message}", e);
        }
    }
}
