namespace Warren.Architecture.Tests.Packages;

/// <summary>The package rules, on the tree.</summary>
public sealed class PackageTests
{
    [Fact]
    public void CentralVersions_Tree_AreExact()
    {
        var versions = Repository.Read("Directory.Packages.props");
        versions.ShouldContain("\"Shouldly\"");
        PackageRules.CentralVersions(versions).ShouldBeNone();
    }

    [Fact]
    public void LocalVersions_Tree_DoNotExist() => Repository.FilesEndingIn(".csproj", ".props", ".targets", ".proj")
        .SelectMany(file => PackageRules.LocalVersions(file, Repository.Read(file))).ShouldBeNone();

    [Fact]
    public void RegistryHosts_Tree_AreNotNamed() => Repository.Files
        .Select(file => (File: file, Text: Repository.Read(file)))
        .Where(read => !PackageRules.IsBinary(read.Text))
        .SelectMany(read => PackageRules.RegistryHosts(read.File, read.Text)).ShouldBeNone();
}
