using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>The volumes of this node, over all drivers, and who uses them. Survives the agent. Failures are <see cref="VolumeException"/>.</summary>
public interface IVolumeStore
{
    /// <summary>
    /// Gets a volume ready for a container and notes the use before anything is mounted, so that it is not deleted meanwhile. Makes the
    /// volume at its first use. Called again it returns the same.
    /// </summary>
    /// <returns>The folder of the node to mount from.</returns>
    /// <exception cref="VolumeException">
    /// <see cref="VolumeFault.Conflict"/>: there is one of that name with another driver or options.
    /// </exception>
    Task<string> AcquireAsync(VolumeSpec spec, ContainerId user, CancellationToken cancellationToken);

    /// <summary>
    /// Binds a part of a volume, which the container has acquired, to a place of its own until <see cref="ReleaseAsync"/>, so that no link that
    /// somebody puts into the volume afterwards leads the mount elsewhere. Called again it returns the same.
    /// </summary>
    /// <returns>The folder or file of the node to mount from.</returns>
    /// <exception cref="VolumeException">
    /// <see cref="VolumeFault.Invalid"/>: it does not exist, leads out of the volume, or the container has not acquired the volume.
    /// </exception>
    Task<string> BindSubpathAsync(string name, ContainerId user, string subpath, CancellationToken cancellationToken);

    /// <summary>A container needs none of its volumes any more. They stay. Called again it does nothing.</summary>
    Task ReleaseAsync(ContainerId user, CancellationToken cancellationToken);

    /// <summary>All volumes with what they hold and who uses them.</summary>
    Task<ImmutableArray<VolumeStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a volume with its files. Without such a volume it does nothing.</summary>
    /// <exception cref="VolumeException"><see cref="VolumeFault.InUse"/>, with the containers' names.</exception>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Ends the uses by containers that are not of the list.</summary>
    /// <returns>What was let go, a line each, for the log.</returns>
    Task<ImmutableArray<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken);
}
