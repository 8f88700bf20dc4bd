namespace Warren.Architecture.Tests.Docs;

/// <summary>The documentation rules, on the tree.</summary>
public sealed class DocTests
{
    private static readonly string[] s_decisions =
        [.. Repository.Files.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal))];

    [Fact]
    public void Decisions_Tree_AreNumberedWithoutGaps()
    {
        s_decisions.ShouldNotBeEmpty();
        DocRules.DecisionNumbers(s_decisions).ShouldBeNone();
    }

    [Fact]
    public void Decisions_Tree_HaveTheirParts() =>
        s_decisions.SelectMany(file => DocRules.DecisionForm(file, Repository.Read(file))).ShouldBeNone();

    [Fact]
    public void Links_Tree_LeadSomewhere() => Repository.FilesEndingIn(".md")
        .SelectMany(file => DocRules.Links(file, Repository.Read(file), ReadTarget)).ShouldBeNone();

    [Fact]
    public void Commands_OfReadmeAndContributing_AreThereAndExecutable() => new[] { "README.md", "CONTRIBUTING.md" }
        .SelectMany(file => DocRules.CommandFiles(file, Repository.Read(file), Mode)).ShouldBeNone();

    [Fact]
    public void Commands_OfReadme_AreTheTwoThatDoAllSetUp()
    {
        var lines = Markdown.CodeLines(Repository.Read("README.md")).ToArray();
        lines.ShouldContain(line => line.StartsWith("./warren demo", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("./test", StringComparison.Ordinal));
    }

    private static string? ReadTarget(string file)
    {
        var path = Repository.Absolute(file);
        if (Directory.Exists(path)) return "";
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private static UnixFileMode? Mode(string file) =>
        File.Exists(Repository.Absolute(file)) ? File.GetUnixFileMode(Repository.Absolute(file)) : null;
}
