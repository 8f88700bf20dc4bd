namespace Warren.Architecture.Tests.Docs;

/// <summary>Each documentation rule finds the violation it is there for.</summary>
public sealed class DocRulesTests
{
    private const string Decision = """
        # 0001 A title

        - Date: 2026-01-31
        - Status: accepted

        ## Context
        ## Decision
        ## Alternatives
        ## Consequences
        """;

    [Fact]
    public void DecisionNumbers_InOrder_FindNothing() => DocRules.DecisionNumbers(["d/0001-one.md", "d/0002-two-words.md"]).ShouldBeEmpty();

    [Fact]
    public void DecisionNumbers_Gap_NameIt() =>
        DocRules.DecisionNumbers(["0001-one.md", "0003-three.md"]).ShouldBe(["decision 0002 is missing"]);

    [Fact]
    public void DecisionNumbers_Duplicate_NameIt() =>
        DocRules.DecisionNumbers(["0001-one.md", "0001-uno.md"]).ShouldBe(["decision 0001 exists 2 times"]);

    [Fact]
    public void DecisionNumbers_OtherFile_NameIt() =>
        DocRules.DecisionNumbers(["0001-one.md", "d/notes.md"]).ShouldBe(["d/notes.md: is not called NNNN-title.md"]);

    [Fact]
    public void DecisionForm_Complete_FindsNothing() => DocRules.DecisionForm("d", Decision).ShouldBeEmpty();

    [Theory]
    [InlineData("- Date: 2026-01-31", "d: has no line '- Date: YYYY-MM-DD'")]
    [InlineData("- Status: accepted", "d: has no line '- Status: proposed, accepted, or superseded by NNNN'")]
    [InlineData("## Alternatives", "d: has no heading 'Alternatives'")]
    public void DecisionForm_MissingPart_NamesIt(string part, string violation) =>
        DocRules.DecisionForm("d", Decision.Replace(part, "", StringComparison.Ordinal)).ShouldBe([violation]);

    [Theory]
    [InlineData("[a](glossary.md)")]
    [InlineData("[a](glossary.md#task-and-slot)")]
    [InlineData("[a](../README.md \"title\")")]
    [InlineData("[a](decisions/)")]
    [InlineData("[a](https://example.invalid/x)")]
    [InlineData("[a](#here)\n# Here")]
    [InlineData("`[a](gone.md)`")]
    [InlineData("```\n[a](gone.md)\n```")]
    public void Links_LeadSomewhere_FindNothing(string text) => DocRules.Links("docs/a.md", text, Read).ShouldBeEmpty();

    [Theory]
    [InlineData("[a](gone.md)", "docs/a.md: links to gone.md, which is not there")]
    [InlineData("![a](../picture.png)", "docs/a.md: links to ../picture.png, which is not there")]
    [InlineData("[a](glossary.md#gone)", "docs/a.md: links to glossary.md#gone, which has no such heading")]
    [InlineData("[a](#gone)", "docs/a.md: links to #gone, which has no such heading")]
    public void Links_LeadNowhere_NameThem(string text, string violation) => DocRules.Links("docs/a.md", text, Read).ShouldBe([violation]);

    [Fact]
    public void CommandFiles_MissingOrNotExecutable_NameThem() => DocRules.CommandFiles(
        "README.md",
        "Run `./gone now`, `scripts/plain`, `./fine`.\n```\n./fine x\n./plain\n```\n./ignored",
        name => name switch
        {
            "fine" => UnixFileMode.UserRead | UnixFileMode.UserExecute,
            "plain" or "scripts/plain" => UnixFileMode.UserRead,
            _ => null,
        }).Order().ShouldBe([
            "README.md: tells to run gone, which is not there",
            "README.md: tells to run plain, which is not executable",
            "README.md: tells to run scripts/plain, which is not executable",
        ]);

    private static string? Read(string file) => file switch
    {
        "README.md" => "# Warren",
        "docs/glossary.md" => "# Words\n## Task and `slot`",
        "docs/decisions" => "",
        _ => null,
    };
}
