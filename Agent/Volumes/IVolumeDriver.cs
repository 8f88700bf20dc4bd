using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>
/// Keeps volumes of one kind on this node. Each method finishes what a crash cut short and can be called twice. Failures are
/// <see cref="VolumeException"/>.
/// </summary>
public interface IVolumeDriver
{
    /// <summary>What a spec's driver names it by.</summary>
    string Name { get; }

    /// <summary>All problems of a spec's options, each <c>options.size: rule, value</c>; empty if it is right. Touches nothing.</summary>
    IReadOnlyList<string> Validate(VolumeSpec spec);

    /// <summary>Makes the volume if it is not there, brings it within reach (mounts it), and returns the folder to mount from.</summary>
    Task<string> MountAsync(VolumeSpec spec, CancellationToken cancellationToken);

    /// <summary>Lets go of it when no container uses it any more: what was mounted is unmounted, the files stay.</summary>
    Task UnmountAsync(VolumeSpec spec, CancellationToken cancellationToken);

    /// <summary>Bytes and files in use.</summary>
    Task<VolumeUsage> MeasureAsync(VolumeSpec spec, CancellationToken cancellationToken);

    /// <summary>Deletes it with its files; for <c>nfs</c> only what the node keeps of it.</summary>
    Task DeleteAsync(VolumeSpec spec, CancellationToken cancellationToken);
}
