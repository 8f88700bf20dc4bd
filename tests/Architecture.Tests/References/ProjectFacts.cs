using System.Text.Json;

namespace Warren.Architecture.Tests.References;

/// <summary>What MSBuild says about one project.</summary>
/// <param name="Folder">The project's folder, which names it in the table.</param>
/// <param name="AssemblyName">The assembly it makes.</param>
/// <param name="IsTest">Whether ./test runs it.</param>
/// <param name="OfficialPackages">Whether it was evaluated with UseOrleansPackages=true.</param>
/// <param name="References">Folders of the projects it refers to, analyzers included.</param>
/// <param name="Packages">NuGet packages it refers to itself.</param>
/// <param name="Frameworks">Shared frameworks it refers to.</param>
/// <param name="Friends">Assemblies that see its internals.</param>
internal sealed record ProjectFacts(
    string Folder,
    string AssemblyName,
    bool IsTest,
    bool OfficialPackages,
    IReadOnlyList<string> References,
    IReadOnlyList<string> Packages,
    IReadOnlyList<string> Frameworks,
    IReadOnlyList<string> Friends)
{
    public static string FolderOf(string projectFile) => Path.GetDirectoryName(projectFile)!.Replace('\\', '/');

    /// <summary>Evaluates every project of the tree, both with the engine and with the official packages.</summary>
    public static async Task<IReadOnlyList<ProjectFacts>> EvaluateAsync()
    {
        var projects = string.Join("%3B", Repository.FilesEndingIn(".csproj").Select(Repository.Absolute));
        var result = await Command.RunAsync(
            "dotnet",
            "msbuild",
            Repository.Absolute("tests/Architecture.Tests/References/Report.proj"),
            "-nologo",
            "-getTargetResult:Report",
            $"-property:ProjectList={projects}");
        result.ExitCode.ShouldBe(0, result.Output + result.Errors);
        return Parse(result.Output);
    }

    private static IReadOnlyList<ProjectFacts> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var items = document.RootElement.GetProperty("TargetResults").GetProperty("Report").GetProperty("Items");
        var facts = items.EnumerateArray().Select(item => new Fact(
            Repository.Relative(Text(item, "Project")),
            bool.Parse(Text(item, "Packages")),
            Text(item, "Identity"),
            Text(item, "Value")));
        return [.. facts.GroupBy(fact => (fact.Project, fact.OfficialPackages)).Select(FromFacts)];
    }

    private static ProjectFacts FromFacts(IGrouping<(string Project, bool OfficialPackages), Fact> facts)
    {
        return new ProjectFacts(
            FolderOf(facts.Key.Project),
            Values("project").Single(),
            Values("test").Single().Equals("true", StringComparison.OrdinalIgnoreCase),
            facts.Key.OfficialPackages,
            [.. Values("reference").Select(path => FolderOf(Repository.Relative(path)))],
            Values("package"),
            Values("framework"),
            Values("friend"));

        IReadOnlyList<string> Values(string kind) => [.. facts.Where(fact => fact.Kind == kind).Select(fact => fact.Value).Distinct()];
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private sealed record Fact(string Project, bool OfficialPackages, string Kind, string Value);
}
