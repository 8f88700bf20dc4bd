using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Oci;

/// <summary>
/// Whether mounts can travel through a bind mount: the kernel lets them pass only if the mount that holds the source takes part in it, and
/// otherwise says nothing, so that the option would have no effect.
/// </summary>
internal static class NodeMountRules
{
    private const int TargetField = 4;
    private const int OptionalFields = 6;

    /// <summary>What <see cref="OciSpecInput.NodeMounts"/> asks for; empty if no mount is to travel.</summary>
    public static ImmutableArray<string> Read(ImmutableArray<ContainerMount> mounts) =>
        mounts.Any(mount => IsShared(mount) || IsSlave(mount)) ? [.. File.ReadLines("/proc/self/mountinfo")] : [];

    /// <returns>What is wrong, or null.</returns>
    public static string? Problem(ContainerMount mount, ImmutableArray<string> nodeMounts)
    {
        var isShared = IsShared(mount);
        if (!isShared && !IsSlave(mount)) return null;
        var (holder, fields) = Holder(mount.Source, nodeMounts);
        var travels = fields.Any(field => field.StartsWith("shared:", StringComparison.Ordinal)
            || (!isShared && field.StartsWith("master:", StringComparison.Ordinal)));
        if (travels) return null;
        var wanted = isShared ? "shared" : "slave";
        return $"{mount.Target} asks for {wanted} propagation, but {mount.Source} is in the node's mount {holder}, which is private; "
            + $"run 'mount --make-rshared {holder}' on the node";
    }

    private static bool IsShared(ContainerMount mount) => mount.Options.Contains("rshared") || mount.Options.Contains("shared");

    private static bool IsSlave(ContainerMount mount) => mount.Options.Contains("rslave") || mount.Options.Contains("slave");

    // The mount with the longest path above the source; of several at one place the last, which hides the others.
    private static (string Target, string[] Fields) Holder(string source, ImmutableArray<string> nodeMounts)
    {
        (string Target, string[] Fields) holder = ("/", []);
        foreach (var line in nodeMounts)
        {
            var words = line.Split(' ');
            var end = Array.IndexOf(words, "-");
            if (end < OptionalFields) continue;
            var target = Unescape(words[TargetField]);
            var isAbove = target == "/" || source == target || source.StartsWith(target + "/", StringComparison.Ordinal);
            if (isAbove && target.Length >= holder.Target.Length) holder = (target, words[OptionalFields..end]);
        }
        return holder;
    }

    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
