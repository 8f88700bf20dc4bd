using Warren.Architecture.Tests.Sources;

namespace Warren.Architecture.Tests.Orleans;

/// <summary>The engine and what uses it, compared with the API of Orleans.</summary>
public sealed class ApiTests(ProjectSources sources) : IClassFixture<ProjectSources>
{
    private static readonly ApiListing s_orleans = ApiListing.Parse(Repository.Read("tests/Architecture.Tests/Orleans/orleans-10-api.txt"));

    private readonly ApiRules _rules = new(sources.All, s_orleans, EngineOnly.Names);

    [Fact]
    public void Engine_PublicApi_IsPartOfThatOfOrleans() => _rules.Engine().ShouldBeNone();

    [Fact]
    public void EngineOnly_Names_AreNeeded() => _rules.UnusedNames().ShouldBeNone();

    [Fact]
    public void SourcesOutsideTheEngine_Symbols_AreThoseOfOrleans() => _rules.Uses().ShouldBeNone();

    [Fact]
    public void SourcesOutsideTheEngine_Implementations_AreWholeForOrleans() => _rules.Implementations().ShouldBeNone();

    [Fact]
    public void Listing_KnownTypes_AreRead()
    {
        s_orleans.MembersOf("interface Orleans.IGrainWithStringKey").ShouldBe([]);
        s_orleans.MembersOf("enum Orleans.Runtime.SiloStatus")!.ShouldContain("Active = 3");
    }
}
