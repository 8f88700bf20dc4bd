namespace Warren.Architecture.Tests.References;

/// <summary>Each reference rule finds the violation it is there for.</summary>
public sealed class ReferenceRulesTests
{
    private static readonly Dictionary<string, string[]> s_table = new()
    {
        ["Contracts"] = [ReferenceTable.Orleans],
        ["Host"] = ["Contracts"],
    };

    [Fact]
    public void Arrows_TableIsMet_FindNothing() => ReferenceRules.Arrows(
        s_table,
        [
            Project("Contracts") with { References = ["Orleans.Embedded/Runtime", "Orleans.Embedded/CodeGenerator"] },
            Project("Contracts") with { OfficialPackages = true },
            Project("Host") with { References = ["Contracts"] },
        ]).ShouldBeEmpty();

    [Fact]
    public void Arrows_WrongReference_NameTheArrow() => ReferenceRules.Arrows(
        s_table,
        [Project("Host") with { References = ["Contracts", "Agent"] }])
        .ShouldBe(["Host -> Agent: this arrow is not allowed; Host may refer to Contracts"]);

    [Fact]
    public void Arrows_EngineReferencedBesideOrleansProps_NameTheArrow() => ReferenceRules.Arrows(
        s_table,
        [Project("Contracts") with { OfficialPackages = true, References = ["Orleans.Embedded/Runtime"] }])
        .ShouldHaveSingleItem()
        .ShouldStartWith("Contracts -> Orleans.Embedded/Runtime: this arrow is not allowed with UseOrleansPackages=true");

    [Fact]
    public void Arrows_MissingReference_NameTheArrow() => ReferenceRules.Arrows(s_table, [Project("Host")])
        .ShouldBe(["Host -> Contracts: the table has this arrow, the project does not"]);

    [Fact]
    public void Arrows_UnlistedProject_NameIt() => ReferenceRules.Arrows(s_table, [Project("New")])
        .ShouldBe(["New: is not in ReferenceTable.cs"]);

    [Fact]
    public void Arrows_ReferenceTwice_NameTheProject() => ReferenceRules.Arrows(
        s_table,
        [Project("Host") with { References = ["Contracts", "Contracts"] }])
        .ShouldBe(["Host: refers to a project twice"]);

    [Fact]
    public void RowsWithoutProject_ProjectIsGone_NameTheRow() => ReferenceRules.RowsWithoutProject(s_table, ["Contracts"])
        .ShouldBe(["Host: is in ReferenceTable.cs, and there is no such project"]);

    [Fact]
    public void Packages_ForeignPackageAndFramework_NameThem() => ReferenceRules.Packages(
        ["Contracts"],
        [Project("Contracts") with { Packages = ["Npgsql"], Frameworks = ["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"] }])
        .ShouldBe(["Contracts: refers to the package Npgsql", "Contracts: refers to the framework Microsoft.AspNetCore.App"]);

    [Fact]
    public void Packages_OfficialOrleans_OnlyWithTheSwitch() => ReferenceRules.Packages(
        ["Contracts"],
        [
            Project("Contracts") with { OfficialPackages = true, Packages = ["Microsoft.Orleans.Sdk"] },
            Project("Contracts") with { Packages = ["Microsoft.Orleans.Sdk"] },
        ]).ShouldBe(["Contracts: refers to the package Microsoft.Orleans.Sdk"]);

    [Fact]
    public void EngineFriends_ProductOrUnknownAssembly_NameThem() => ReferenceRules.EngineFriends(
        [
            Project("Silo"),
            Project("tests/Orleans.Embedded.Tests"),
            Project("Orleans.Embedded/Runtime") with { Friends = ["Silo.dll", "tests/Orleans.Embedded.Tests.dll", "Nobody"] },
        ]).ShouldBe([
            "Orleans.Embedded/Runtime: shows its internals to Silo",
            "Orleans.Embedded/Runtime: shows its internals to Nobody, which is no project",
        ]);

    [Fact]
    public void TestProjects_NameAndPropertyDisagree_NameThem() => ReferenceRules.TestProjects(
        [
            Project("tests/Silo.Tests") with { IsTest = true },
            Project("tests/Silo.Child"),
            Project("Silo"),
            Project("tests/Grains.Tests"),
            Project("tests/Grains.Child") with { IsTest = true },
        ]).ShouldBe([
            "tests/Grains.Tests: IsTestProject is False; it is true for folders called tests/*Tests and no other",
            "tests/Grains.Child: IsTestProject is True; it is true for folders called tests/*Tests and no other",
        ]);

    [Fact]
    public void Solution_MissingAndLeftOverProject_NameThem() => ReferenceRules.Solution(
        """
        Project("{FAE04EC0}") = "Gone", "Gone\Gone.csproj", "{1}"
        Project("{FAE04EC0}") = "Silo", "Silo\Silo.csproj", "{2}"
        """,
        ["Silo/Silo.csproj", "Grains/Grains.csproj"]).ShouldBe([
            "Grains/Grains.csproj: is not in Warren.sln (dotnet sln add Grains/Grains.csproj)",
            "Gone/Gone.csproj: is in Warren.sln and not in the tree",
        ]);

    [Fact]
    public void OneProjectPerFolder_Two_NameTheFolder() => ReferenceRules.OneProjectPerFolder(["Silo/A.csproj", "Silo/B.csproj"])
        .ShouldBe(["Silo: holds 2 projects"]);

    private static ProjectFacts Project(string folder) => new(folder, folder + ".dll", false, false, [], [], ["Microsoft.NETCore.App"], []);
}
