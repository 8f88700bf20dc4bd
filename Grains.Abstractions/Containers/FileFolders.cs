using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>
/// The folders of a container that hold nothing but files from the control plane. They are mounted as folders, so that a file directly in
/// one can be replaced while the container runs; a file elsewhere is mounted by itself, and stays what it was.
/// </summary>
public static class FileFolders
{
    /// <summary>Absolute paths.</summary>
    public static ImmutableArray<string> All { get; } = ["/run/configs", "/run/secrets"];

    /// <summary>The folder that holds a file, or null if it is in none of them or deeper below.</summary>
    public static string? Of(string target)
    {
        var folder = target[..Math.Max(target.LastIndexOf('/'), 0)];
        return All.Contains(folder) ? folder : null;
    }
}
