using Warren.V1;

namespace Warren.Cli.Manifests;

/// <summary>One resource of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; empty if it has none.</param>
/// <param name="Resource">What is wanted.</param>
/// <param name="Lines">The line of each field.</param>
internal sealed record Manifest(string File, int Line, ResourceKind Kind, string Name, Resource Resource, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>The services that must have come so far before this one is written.</summary>
    public IReadOnlyList<ServiceDependency> After { get; init; } = [];

    /// <summary>The line of a field, or of the nearest one around it.</summary>
    public int LineOf(string field)
    {
        for (var path = field; path.Length > 0; path = Parent(path))
        {
            if (Lines.TryGetValue(path, out var line)) return line;
        }

        return Line;
    }

    private static string Parent(string path)
    {
        var end = path.EndsWith(']') ? path.LastIndexOf('[') : path.LastIndexOf('.');
        return end <= 0 ? "" : path[..end];
    }
}
