using System.Runtime.CompilerServices;
using Warren.Cli.Manifests;

namespace Warren.Cli.Tests.Manifests;

public sealed class ManifestDocTests
{
    [Fact]
    public void Example_OfThePage_IsRead()
    {
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/manifest.md"));
        var example = page.Split("```yaml\n")[1].Split("```")[0];
        var problems = new FileProblems();
        var reader = new ManifestReader(problems, new(name => name == "WEB_KEY" ? "key" : null));
        var manifests = YamlReader.Read("example", example, problems).Select(document => reader.Read("example", "", document)).ToList();
        problems.Found.ShouldBeEmpty();
        manifests.Select(manifest => manifest!.Name).ShouldBe(["web.conf", "web-key", "web"]);
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
