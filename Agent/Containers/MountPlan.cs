using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Containers;

/// <summary>Which mounts a container gets, in which order: outer targets before inner ones, so that none hides another.</summary>
internal static class MountPlan
{
    /// <param name="spec">The container.</param>
    /// <param name="node">What its kernel can do.</param>
    /// <param name="volumes">Where each volume mount's files are, by the mount's target.</param>
    /// <param name="own">What the agent adds: name files, secrets and configs, the image's volumes.</param>
    public static ImmutableArray<ContainerMount> Compute(
        ContainerSpec spec, NodeFacts node, IReadOnlyDictionary<string, string> volumes, IEnumerable<ContainerMount> own)
    {
        var users = spec.Mounts
            .Select(mount => SpecMounts.Create(mount, mount.Kind == MountKind.Volume ? volumes[mount.Target] : mount.Source, node))
            .ToArray();
        // What the user mounts at /etc/hosts or the like replaces the agent's own.
        var taken = users.Select(mount => Path.TrimEndingDirectorySeparator(mount.Target)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. own.Where(mount => !taken.Contains(Path.TrimEndingDirectorySeparator(mount.Target)))
                .Concat(users)
                .OrderBy(mount => Depth(mount.Target)),
        ];
    }

    private static int Depth(string target) => Path.TrimEndingDirectorySeparator(target).Count(c => c == '/');
}
