using Warren.Architecture.Tests.Sources;

namespace Warren.Architecture.Tests.Orleans;

/// <summary>Each rule on the engine's API finds the violation it is there for.</summary>
public sealed class ApiRulesTests
{
    private const string Listing = """
        # a comment
        class Orleans.Ring
          Ring()
          int Count { get; }
          void Turn(int, [bool])
        interface Orleans.IStore
          System.Threading.Tasks.Task ClearAsync(string)
          System.Threading.Tasks.Task ReadAsync(string)
        enum Orleans.Mood
          Calm = 1
        """;

    private const string Ring =
        "namespace Orleans; public class Ring { public int Count { get; private set; } public void Turn(int by, bool fast = false) { } ";

    [Fact]
    public void Engine_PartOfOrleans_FindsNothing() => Rules(
        Ring
        + "internal void Hidden() { } public override string ToString() => \"\"; } internal class Own { } public enum Mood { Calm = 1 }")
        .Engine().ShouldBeEmpty();

    [Theory]
    [InlineData(Ring + "} public class Own { }", "class Orleans.Own: Orleans has no such type")]
    [InlineData(Ring + "public record struct Inner; }", "struct Orleans.Ring.Inner: Orleans has no such type")]
    [InlineData(Ring + "public void Own() { } }", "class Orleans.Ring: Orleans has no member 'void Own()'")]
    [InlineData(Ring + "protected int Own; }", "class Orleans.Ring: Orleans has no member 'int Own'")]
    [InlineData(
        "namespace Orleans; public class Ring { public void Turn(int by, bool fast) { } }",
        "class Orleans.Ring: Orleans has no member 'void Turn(int, bool)'")]
    [InlineData(
        "namespace Orleans; public class Ring { public int Count { get; set; } }",
        "class Orleans.Ring: Orleans has no member 'int Count { get; set; }'")]
    [InlineData("namespace Orleans; public enum Mood { Calm = 2 }", "enum Orleans.Mood: Orleans has no member 'Calm = 2'")]
    public void Engine_MoreThanOrleans_NamesIt(string engine, string violation) => Rules(engine).Engine().ShouldBe([violation]);

    [Fact]
    public void Engine_ListedTypeAndMember_FindsNothing() =>
        Rules(Ring + "public void Own(int x) { } } public class Own<T> { public void M() { } }", "", "Orleans.Ring.Own", "Orleans.Own`1")
            .Engine().ShouldBeEmpty();

    [Fact]
    public void UnusedNames_GoneOrKnownToOrleans_NamesThem() =>
        Rules(Ring + "}", "", "Orleans.Gone", "Orleans.Ring", "Orleans.Ring.Turn").UnusedNames().ShouldBe([
            "Orleans.Gone: is listed in EngineOnly.cs for no reason",
            "Orleans.Ring: is listed in EngineOnly.cs for no reason",
            "Orleans.Ring.Turn: is listed in EngineOnly.cs for no reason",
        ]);

    [Theory]
    [InlineData("class A { Own x; }", "Orleans.Own")]
    [InlineData("class A { void M(Ring ring) => ring.Own(); }", "Orleans.Ring.Own")]
    [InlineData("class A { object M() => new Own { Field = 1 }; }", "Orleans.Own")]
    public void Uses_NameOnlyTheEngineHas_NamesIt(string outside, string name) =>
        Rules(Ring + "public void Own() { } } public class Own { public int Field; }", outside, "Orleans.Ring.Own", "Orleans.Own")
            .Uses().ShouldContain($"Silo/A.cs:1: names {name}, which Orleans lacks");

    [Theory]
    [InlineData("#if !ORLEANS_PACKAGES\nclass A { Own x; }\n#endif", 0)]
    [InlineData("#if ORLEANS_PACKAGES\nclass A { Own x; }\n#endif", 1)]
    public void Uses_NameOnlyTheEngineHas_IsAllowedWhereThePackagesAreNotUsed(string outside, int findings) =>
        Rules(Ring + "} public class Own { }", outside, "Orleans.Own").Uses().Count().ShouldBe(findings);

    [Fact]
    public void Uses_NamesOfOrleans_FindsNothing() =>
        Rules(
            Ring + "public void Own() { } }",
            "class Own { void M(Ring ring) { ring.Turn(1); Own(); } void Own() { } }",
            "Orleans.Ring.Own").Uses().ShouldBeEmpty();

    [Fact]
    public void Implementations_EngineLeavesAMemberOut_NamesIt() => Rules(
        "namespace Orleans; public interface IStore { Task ReadAsync(string key); }",
        "class A : IStore { public Task ReadAsync(string key) => Task.CompletedTask; }")
        .Implementations().ShouldHaveSingleItem().ShouldBe(
            "A: implements Orleans.IStore, which has 'System.Threading.Tasks.Task ClearAsync(string)' in Orleans and not in the engine");

    private static ApiRules Rules(string engine, string outside = "", params string[] engineOnly) => new(
        SourceSet.Of([("Orleans.Embedded/Runtime/Engine.cs", engine), ("Silo/A.cs", outside)]),
        ApiListing.Parse(Listing),
        engineOnly.ToHashSet());
}
