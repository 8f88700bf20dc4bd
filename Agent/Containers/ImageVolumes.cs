using System.Collections.Immutable;
using System.Globalization;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.Images;

namespace Warren.Agent.Containers;

/// <summary>
/// The paths that an image says should be volumes: each is an empty folder of the node that goes with the container, unless the spec mounts
/// something there.
/// </summary>
/// <param name="folders">Where they lie, on a disk.</param>
internal sealed class ImageVolumes(ContainerFolders folders)
{
    private const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes the folders and says how to mount them. Called again it gives the same, with what is in them.</summary>
    public ImmutableArray<ContainerMount> Prepare(ContainerId id, ContainerSpec spec, ImageConfig image)
    {
        var taken = spec.Mounts.Select(mount => Path.TrimEndingDirectorySeparator(mount.Target)).ToHashSet(StringComparer.Ordinal);
        var wanted = image.Volumes
            .Where(path => path.StartsWith('/'))
            .Select(Path.TrimEndingDirectorySeparator)
            .Where(path => !taken.Contains(path))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (wanted.Length == 0) return [];
        folders.EnsureRoot();
        return [.. wanted.Select(Make)];

        ContainerMount Make(string target, int number)
        {
            var source = Path.Combine(folders.PathOf(id), number.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(source, Usual);
            return new("bind", source, target, ["rbind", "rprivate"]);
        }
    }

    /// <inheritdoc cref="ContainerFolders.Remove"/>
    public void Remove(ContainerId id) => folders.Remove(id);

    /// <inheritdoc cref="ContainerFolders.Sweep"/>
    public ImmutableArray<string> Sweep(IReadOnlySet<ContainerId> keep) => folders.Sweep(keep);
}
