using System.Globalization;
using Warren.Containers;

namespace Warren.Agent.Runtime.Oci;

/// <summary>Turns a mount of a spec into that of a request.</summary>
internal static class SpecMounts
{
    private const int UsualTmpfsMode = 0x3FF;

    /// <param name="mount">What the user asked for.</param>
    /// <param name="source">The path on the node of a volume or bind mount, found and resolved; not read for tmpfs.</param>
    /// <param name="node">Whether its kernel can make the mounts below read-only too.</param>
    public static ContainerMount Create(MountSpec mount, string? source, NodeFacts node)
    {
        if (mount.Kind == MountKind.Tmpfs) return new("tmpfs", "tmpfs", mount.Target, [.. TmpfsOptions(mount)]);
        ArgumentException.ThrowIfNullOrEmpty(source);
        List<string> options = ["rbind"];
        if (mount.ReadOnly) options.Add("ro");
        // Without this a file system mounted below the source could be written.
        if (mount.ReadOnly && node.RecursiveReadOnly) options.Add("rro");
        options.Add(mount.Propagation switch
        {
            MountPropagation.Private => "rprivate",
            MountPropagation.Slave => "rslave",
            MountPropagation.Shared => "rshared",
            var other => throw new ArgumentOutOfRangeException(nameof(mount), other, "no such propagation"),
        });
        return new("bind", source, mount.Target, [.. options]);
    }

    private static IEnumerable<string> TmpfsOptions(MountSpec mount)
    {
        yield return "nosuid";
        yield return "nodev";
        yield return "noexec";
        yield return "mode=" + Convert.ToString(mount.TmpfsMode ?? UsualTmpfsMode, toBase: 8).PadLeft(4, '0');
        if (mount.TmpfsSize is { } size) yield return "size=" + size.ToString(CultureInfo.InvariantCulture);
        if (mount.ReadOnly) yield return "ro";
    }
}
