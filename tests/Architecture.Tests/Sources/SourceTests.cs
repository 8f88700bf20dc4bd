namespace Warren.Architecture.Tests.Sources;

/// <summary>The source rules, on the tree.</summary>
public sealed class SourceTests(ProjectSources sources) : IClassFixture<ProjectSources>
{
    [Fact]
    public void Sources_BannedCode_IsInAllowedFilesOnly() =>
        AllowedFiles.Apply(AllowedFiles.All, BanFinder.Find(sources.All)).ShouldBeNone();

    [Fact]
    public void SourcesOutsideTheEngine_Names_AreThoseOfOrleans() =>
        // This test's own folder has to spell what it looks for.
        EngineNameRule.Sources(sources.All).Where(found => !found.StartsWith("tests/Architecture.Tests/", StringComparison.Ordinal))
            .ShouldBeNone();

    [Fact]
    public void SourcesOutsideTheAdapters_Names_AreNotContainerds() => ContainerdNameRule.Sources(sources.All).ShouldBeNone();

    [Fact]
    public void Engine_Sources_NameNoFriends() => EngineNameRule.FriendAttributes(sources.All).ShouldBeNone();

    [Fact]
    public void Sources_Tree_AreFound() =>
        sources.All.Trees.ShouldContain(tree => tree.FilePath == "tests/Architecture.Tests/Sources/BanFinder.cs");
}
