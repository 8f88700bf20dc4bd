namespace Warren.Containers;

/// <summary>What paths must meet: absolute and plain, so that two of them can be compared as text.</summary>
internal static class PathRules
{
    // PATH_MAX of the kernel, without the end mark.
    private const int Max = 4095;

    public static bool IsAbsolute(string path) =>
        path.StartsWith('/') && path.Length <= Max && !path.Contains('\0', StringComparison.Ordinal)
        && (path == "/" || IsPlain(path[1..].TrimEnd('/')));

    public static bool IsRelative(string path) => path.Length is > 0 and <= Max && !path.Contains('\0', StringComparison.Ordinal) && IsPlain(path);

    public static string Message(string path) => $"must be an absolute path without '.', '..' and empty parts, was '{path}'";

    /// <summary>One text for each place.</summary>
    public static string Normalize(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    public static bool IsAtOrBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool IsPlain(string path) => !path.Split('/').Any(part => part is "" or "." or "..");
}
