using Warren.Agent.Runtime;

namespace Warren.Agent.Volumes;

/// <summary>Where the volumes of a node lie: a folder each, with its record, its data and what containers have bound of it.</summary>
internal sealed class VolumeLayout(string root)
{
    private const int MaxName = 63;

    public string Root => root;

    public string FolderOf(string name) => Path.Combine(root, name);

    public string RecordOf(string name) => Path.Combine(root, name, "volume.json");

    public string DataOf(string name) => Path.Combine(root, name, "data");

    public string SubpathsOf(string name) => Path.Combine(root, name, "subpaths");

    public string SubpathsOf(string name, ContainerId user) => Path.Combine(root, name, "subpaths", user.Value);

    /// <summary>Whether a name is one of a volume's. Such names are no paths: neither slash nor <c>..</c>.</summary>
    public static bool IsName(string name) =>
        name is { Length: > 0 and <= MaxName } && IsLetterOrDigit(name[0]) && name.All(c => IsLetterOrDigit(c) || c is '-' or '_' or '.');

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
