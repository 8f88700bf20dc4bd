namespace Warren.Architecture.Tests.Packages;

/// <summary>Each package rule finds the violation it is there for.</summary>
public sealed class PackageRulesTests
{
    [Theory]
    [InlineData("1.2.3")]
    [InlineData("[1.2.3,)")]
    [InlineData("[1.2.*]")]
    [InlineData("[1.2]")]
    [InlineData("")]
    public void CentralVersions_NotExact_NameThePackage(string version) =>
        PackageRules.CentralVersions($"<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"{version}\" /></ItemGroup></Project>")
            .ShouldBe([$"Directory.Packages.props: A has the version '{version}'; exact is [x.y.z]"]);

    [Theory]
    [InlineData("[1.2.3]")]
    [InlineData("[1.2.3-rc.1]")]
    public void CentralVersions_Exact_FindNothing(string version) =>
        PackageRules.CentralVersions($"<Project><ItemGroup><PackageVersion Include=\"A\" Version=\"{version}\" /></ItemGroup></Project>")
            .ShouldBeEmpty();

    [Theory]
    [InlineData("<PackageReference Include=\"A\" Version=\"1.2.3\" />")]
    [InlineData("<PackageReference Include=\"A\" VersionOverride=\"[1.2.3]\" />")]
    [InlineData("<PackageReference Include=\"A\"><Version>1.2.3</Version></PackageReference>")]
    [InlineData("<PackageVersion Include=\"A\" />")]
    public void LocalVersions_InAProject_NameThePackage(string item) =>
        PackageRules.LocalVersions("Silo/Silo.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>")
            .ShouldBe(["Silo/Silo.csproj: sets a version of A; versions stand in Directory.Packages.props"]);

    [Fact]
    public void LocalVersions_ReferenceAlone_FindNothing() =>
        PackageRules.LocalVersions("Silo/Silo.csproj", "<Project><ItemGroup><PackageReference Include=\"A\" /></ItemGroup></Project>")
            .ShouldBeEmpty();

    [Fact]
    public void RegistryHosts_NamedInAFile_NameIt()
    {
        var host = "api.NuGet" + ".org";
        PackageRules.RegistryHosts("nuget.config", $"<add value=\"https://{host}/v3\" />")
            .ShouldBe([$"nuget.config: names the registry host {host[4..].ToLowerInvariant()}"]);
    }
}
