using System.Text.RegularExpressions;

namespace Warren.Architecture.Tests.References;

/// <summary>Rules over evaluated projects. Each returns its violations, one sentence each.</summary>
internal static partial class ReferenceRules
{
    private const string BaseFramework = "Microsoft.NETCore.App";

    public static IEnumerable<string> Arrows(IReadOnlyDictionary<string, string[]> table, IEnumerable<ProjectFacts> projects)
    {
        foreach (var project in projects)
        {
            if (!table.TryGetValue(project.Folder, out var row))
            {
                yield return $"{project.Folder}: is not in ReferenceTable.cs";
                continue;
            }

            var mode = project.OfficialPackages ? " with UseOrleansPackages=true" : "";
            var allowed = row.SelectMany(arrow => ReferenceTable.ProjectsOf(arrow, project.OfficialPackages)).ToHashSet();
            foreach (var reference in project.References.Except(allowed))
            {
                yield return $"{project.Folder} -> {reference}: this arrow is not allowed{mode}; "
                    + $"{project.Folder} may refer to {(row.Length == 0 ? "nothing" : string.Join(", ", row))}";
            }

            foreach (var reference in allowed.Except(project.References))
            {
                yield return $"{project.Folder} -> {reference}: the table has this arrow, the project does not{mode}";
            }

            if (project.References.Distinct().Count() != project.References.Count)
            {
                yield return $"{project.Folder}: refers to a project twice{mode}";
            }
        }
    }

    public static IEnumerable<string> RowsWithoutProject(IReadOnlyDictionary<string, string[]> table, IEnumerable<string> projectFolders) =>
        table.Keys.Except(projectFolders).Select(row => $"{row}: is in ReferenceTable.cs, and there is no such project");

    /// <summary>Contracts and decisions depend on the Orleans API alone.</summary>
    public static IEnumerable<string> Packages(IReadOnlyCollection<string> withoutPackages, IEnumerable<ProjectFacts> projects)
    {
        foreach (var project in projects.Where(project => withoutPackages.Contains(project.Folder)))
        {
            foreach (var package in project.Packages)
            {
                var official = project.OfficialPackages && package.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal);
                if (!official) yield return $"{project.Folder}: refers to the package {package}";
            }

            foreach (var framework in project.Frameworks.Where(framework => framework != BaseFramework))
            {
                yield return $"{project.Folder}: refers to the framework {framework}";
            }
        }
    }

    /// <summary>Only the engine, its own tests and the benchmarks see the engine's internals.</summary>
    public static IEnumerable<string> EngineFriends(IReadOnlyCollection<ProjectFacts> projects)
    {
        foreach (var project in projects.Where(project => EngineFolders.IsEngine(project.Folder)))
        {
            foreach (var friend in project.Friends)
            {
                var friendFolder = projects.FirstOrDefault(other => other.AssemblyName == friend)?.Folder;
                if (friendFolder is null) yield return $"{project.Folder}: shows its internals to {friend}, which is no project";
                else if (!EngineFolders.MayUseEngine(friendFolder)) yield return $"{project.Folder}: shows its internals to {friendFolder}";
            }
        }
    }

    /// <summary>By its name one sees whether ./test runs a project; nothing outside tests/ is a test project.</summary>
    public static IEnumerable<string> TestProjects(IEnumerable<ProjectFacts> projects) => projects
        .Where(project => project.IsTest != TestFolder().IsMatch(project.Folder))
        .Select(project => $"{project.Folder}: IsTestProject is {project.IsTest}; it is true for folders called tests/*Tests and no other");

    /// <summary>The solution holds every project of the tree and no other.</summary>
    public static IEnumerable<string> Solution(string solution, IReadOnlyCollection<string> projectFiles)
    {
        var listed = solution.Split('"').Where(part => part.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(part => part.Replace('\\', '/')).ToHashSet();
        foreach (var file in projectFiles.Except(listed)) yield return $"{file}: is not in Warren.sln (dotnet sln add {file})";
        foreach (var file in listed.Except(projectFiles)) yield return $"{file}: is in Warren.sln and not in the tree";
    }

    /// <summary>A folder names its project in the table, so it holds one.</summary>
    public static IEnumerable<string> OneProjectPerFolder(IEnumerable<string> projectFiles) =>
        projectFiles.GroupBy(ProjectFacts.FolderOf).Where(folder => folder.Count() > 1)
            .Select(folder => $"{folder.Key}: holds {folder.Count()} projects");

    [GeneratedRegex("^tests/[^/]*Tests$")]
    private static partial Regex TestFolder();
}
