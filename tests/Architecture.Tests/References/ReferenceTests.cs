namespace Warren.Architecture.Tests.References;

/// <summary>The rules of <see cref="ReferenceRules"/>, on the tree.</summary>
public sealed class ReferenceTests(EvaluatedProjects evaluated) : IClassFixture<EvaluatedProjects>
{
    private static readonly string[] s_projectFiles = [.. Repository.FilesEndingIn(".csproj")];

    [Fact]
    public void Projects_References_AreTheArrowsOfTheTable() =>
        ReferenceRules.Arrows(ReferenceTable.Arrows, evaluated.Projects).ShouldBeNone();

    [Fact]
    public void Table_Rows_AreProjectsOfTheTree() =>
        ReferenceRules.RowsWithoutProject(ReferenceTable.Arrows, s_projectFiles.Select(ProjectFacts.FolderOf)).ShouldBeNone();

    [Fact]
    public void ContractsAndGrains_Packages_AreOnlyThoseOfOrleans() =>
        ReferenceRules.Packages([.. ReferenceTable.WithoutPackages], evaluated.Projects).ShouldBeNone();

    [Fact]
    public void Engine_Internals_AreSeenByItsTestsAndBenchmarksOnly() => ReferenceRules.EngineFriends(evaluated.Projects).ShouldBeNone();

    [Fact]
    public void TestProjects_Names_SayWhatTheyAre() => ReferenceRules.TestProjects(evaluated.Projects).ShouldBeNone();

    [Fact]
    public void Solution_Projects_AreThoseOfTheTree() =>
        ReferenceRules.Solution(Repository.Read("Warren.sln"), s_projectFiles).ShouldBeNone();

    [Fact]
    public void Folders_Projects_AreOneEach() => ReferenceRules.OneProjectPerFolder(s_projectFiles).ShouldBeNone();

    [Fact]
    public void Evaluation_Tree_SeesEveryProjectTwice()
    {
        evaluated.Projects.Count.ShouldBe(2 * s_projectFiles.Length);
        evaluated.Projects.Where(project => project.Folder == "Grains").Select(project => project.OfficialPackages).ShouldBe([false, true]);
    }
}
