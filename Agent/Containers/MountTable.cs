namespace Warren.Agent.Containers;

/// <summary>What is mounted on this node, from <c>/proc/self/mountinfo</c>.</summary>
internal static class MountTable
{
    /// <summary>Whether something is mounted exactly there. The path must be absolute and without links.</summary>
    public static bool IsMountPoint(string path) => IsMountPoint(path, File.ReadLines("/proc/self/mountinfo"));

    /// <inheritdoc cref="IsMountPoint(string)"/>
    internal static bool IsMountPoint(string path, IEnumerable<string> lines)
    {
        var wanted = Escape(path.TrimEnd('/'));
        return lines.Any(line => line.Split(' ', 6) is [_, _, _, _, var target, ..] && target == wanted);
    }

    // The kernel writes white space and backslashes as octal numbers.
    private static string Escape(string path) =>
        path.Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
            .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal);
}
