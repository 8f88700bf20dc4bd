using System.Collections.Frozen;

namespace Warren.Architecture.Tests;

/// <summary>The checkout that these tests were built from. Paths are relative to its root, with '/'.</summary>
internal static class Repository
{
    /// <summary>Folders that hold what tools made, not what was written.</summary>
    private static readonly FrozenSet<string> s_madeByTools =
        new[] { ".git", ".artifacts", "bin", "obj", "TestResults", "node_modules", "__pycache__", ".vs", ".idea", ".vscode" }.ToFrozenSet();

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } = [.. List(Root).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> FilesEndingIn(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));

    public static string Absolute(string file) => Path.Combine(Root, file);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static string Read(string file) => File.ReadAllText(Absolute(file));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Warren.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Warren.sln.");
    }

    private static IEnumerable<string> List(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            // In a worktree .git is a file.
            if (!s_madeByTools.Contains(Path.GetFileName(file))) yield return Relative(file);
        }

        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            if (s_madeByTools.Contains(Path.GetFileName(child))) continue;
            foreach (var file in List(child)) yield return file;
        }
    }
}
