namespace Warren.Architecture.Tests.Sources;

/// <summary>The allow list and the rule on the engine's name find the violations they are there for.</summary>
public sealed class SourceRulesTests
{
    private static readonly Finding s_clock = new("Silo/Clock.cs", 3, Ban.Clock, "DateTime.UtcNow");

    [Fact]
    public void Apply_AllowedFile_FindsNothing() =>
        AllowedFiles.Apply([new AllowedFile("Silo/Clock.cs", Ban.Clock, "the one adapter")], [s_clock]).ShouldBeEmpty();

    [Fact]
    public void Apply_OtherFileOrOtherBan_FindsThem() => AllowedFiles.Apply(
        [new AllowedFile("Silo/Clock.cs", Ban.Clock, "the one adapter")],
        [s_clock, s_clock with { File = "Silo/Other.cs" }, s_clock with { Ban = Ban.Sleep }]).ShouldBe([
            "Silo/Other.cs:3: DateTime.UtcNow: time comes from TimeProvider",
            "Silo/Clock.cs:3: DateTime.UtcNow: nothing sleeps; await the event",
        ]);

    [Fact]
    public void Apply_EntryNobodyNeeds_FindsIt() => AllowedFiles.Apply([new AllowedFile("Silo/Clock.cs", Ban.Clock, "the one adapter")], [])
        .ShouldBe(["Silo/Clock.cs: Clock is allowed in AllowedFiles.cs, and nothing there needs it"]);

    [Fact]
    public void Apply_EntryWithoutReason_FindsIt() => AllowedFiles.Apply([new AllowedFile("Silo/Clock.cs", Ban.Clock, "")], [s_clock])
        .ShouldBe(["Silo/Clock.cs: Clock is allowed without a reason"]);

    [Fact]
    public void HoldsIn_TestsAndGrains_DifferAsDocumented()
    {
        Bans.HoldsIn(Ban.NewGuid, "tests/Silo.Tests/A.cs").ShouldBeFalse();
        Bans.HoldsIn(Ban.NewGuid, "Silo/A.cs").ShouldBeTrue();
        Bans.HoldsIn(Ban.Sleep, "tests/Silo.Tests/A.cs").ShouldBeTrue();
        Bans.HoldsIn(Ban.LeavesGrainScheduler, "Grains/A.cs").ShouldBeTrue();
        Bans.HoldsIn(Ban.LeavesGrainScheduler, "Grains.Abstractions/A.cs").ShouldBeFalse();
    }

    [Theory]
    [InlineData("using Orleans.Embedded;")]
    [InlineData("using Orleans.Embedded.Placement;")]
    [InlineData("class A { object M() => new Orleans.Embedded.Ring(); }")]
    [InlineData("class A { object M() => global::Orleans.Embedded.Ring.Empty; }")]
    [InlineData("class A { string M() => \"Orleans.Embedded\"; }")]
    [InlineData("class A { string M(int n) => $\"Orleans.Embedded, Version={n}\"; }")]
    public void EngineName_OutsideTheEngine_IsFound(string code) => EngineNameRule.Sources(SourceSet.Of("Silo/A.cs", code))
        .ShouldBe(["Silo/A.cs:1: names Orleans.Embedded, which the official packages lack"]);

    [Theory]
    [InlineData("Silo/A.cs", "using Orleans.Runtime; // Orleans.Embedded")]
    [InlineData("Orleans.Embedded/Runtime/A.cs", "using Orleans.Embedded;")]
    [InlineData("tests/Orleans.Embedded.Tests/A.cs", "using Orleans.Embedded;")]
    public void EngineName_CommentOrTheEngineItself_IsNot(string file, string code) =>
        EngineNameRule.Sources(SourceSet.Of(file, code)).ShouldBeEmpty();

    [Fact]
    public void FriendAttributes_InTheEngine_AreFound() => EngineNameRule.FriendAttributes(
        SourceSet.Of("Orleans.Embedded/Runtime/A.cs", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Silo\")]"))
        .ShouldBe(["Orleans.Embedded/Runtime/A.cs: names a friend of the engine; that belongs in its project file"]);
}
