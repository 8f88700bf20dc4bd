using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Cgroups;

/// <summary>Where the control groups are mounted.</summary>
/// <param name="IsUnified">Whether the controllers are in the one hierarchy of version 2.</param>
/// <param name="Roots">
/// The mount of each controller of version 1 by its name; of the one hierarchy by the empty name, also where it is mounted beside the controllers.
/// </param>
internal sealed record CgroupMounts(bool IsUnified, ImmutableSortedDictionary<string, string> Roots)
{
    // Before " - " stand six fields and any number of optional ones; the mount point is the fifth. After it: type, source, options.
    private const int MountPointField = 4;
    private const int OptionsField = 2;

    /// <summary>
    /// Reads the lines of <c>/proc/&lt;pid&gt;/mountinfo</c>. As long as a controller is mounted in the old way runc uses the old way, whatever else
    /// is mounted beside it.
    /// </summary>
    /// <exception cref="InvalidDataException">No control groups are mounted.</exception>
    public static CgroupMounts Parse(IEnumerable<string> lines)
    {
        var split = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? unified = null;
        foreach (var line in lines)
        {
            var middle = line.IndexOf(" - ", StringComparison.Ordinal);
            if (middle < 0) continue;
            var before = line[..middle].Split(' ');
            var after = line[(middle + 3)..].Split(' ');
            if (before.Length <= MountPointField || after.Length <= OptionsField) continue;
            if (after[0] == "cgroup2") unified ??= before[MountPointField];
            if (after[0] != "cgroup") continue;
            // Mount options come first, then the controllers; a name for a hierarchy without one (name=systemd) is kept too.
            foreach (var option in after[OptionsField].Split(',').Where(option => option is not ("rw" or "ro" or "xattr" or "clone_children")))
                split.TryAdd(option, before[MountPointField]);
        }
        if (split.ContainsKey("memory") || split.ContainsKey("cpu"))
        {
            // runc makes a group in it too, for the sake of systemd.
            if (unified is not null) split.Add("", unified);
            return new(false, split.ToImmutable());
        }
        return unified is not null
            ? new(true, ImmutableSortedDictionary<string, string>.Empty.Add("", unified))
            : throw new InvalidDataException("no control groups are mounted below /sys/fs/cgroup; containers need them");
    }

    /// <summary>The folder of a group in the hierarchy of a controller.</summary>
    public string Folder(string controller, string path) =>
        (Roots.TryGetValue(controller, out var root) ? root : Path.Combine("/sys/fs/cgroup", controller)) + path;

    /// <summary>The folders of a group in all hierarchies.</summary>
    public IEnumerable<string> Folders(string path) => Roots.Values.Distinct(StringComparer.Ordinal).Select(root => root + path);
}
