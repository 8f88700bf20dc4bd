using System.Runtime.CompilerServices;
using Google.Protobuf;
using Warren.Cli.Compose;
using Warren.Cli.Manifests;
using Warren.TestSupport;

namespace Warren.Cli.Tests.Compose;

/// <summary>What compose files are in Warren.</summary>
public sealed class ComposeTests : IDisposable
{
    private static readonly Dictionary<string, string> s_shell = new() { ["PAGE"] = "https://shop.example", ["DB_PASSWORD"] = "hidden", ["FROM_SHELL"] = "yes" };

    private readonly TempFolder _folder = TempFolder.Create("compose");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_OfTenServices_IsWhatTheGoldenFileSays()
    {
        var (manifests, problems) = Read(File.ReadAllText(Path.Combine(Here(), "Files/shop.yaml")), Path.Combine(Here(), "Files"));
        problems.Found.ShouldBeEmpty();
        var json = new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation());
        var text = string.Concat(manifests.Select(manifest =>
            $"--- line {manifest.Line}{string.Concat(manifest.After.Select(need => $", after {need.Service} {need.Condition}"))}\n{json.Format(manifest.Resource)}\n"))
            + string.Concat(problems.Notes.Select(note => $"Note: {note}\n"));
        Golden(text.Replace(Path.Combine(Here(), "Files"), "FOLDER", StringComparison.Ordinal));
    }

    [Fact]
    public void File_EachKeyThatIsRead_HasAReader()
    {
        ComposeService.Readers.Keys.Append("deploy").Distinct().Order()
            .ShouldBe(ComposeKeys.Sections["services.*"].Where(key => key.Support == ComposeSupport.Read).Select(key => key.Name).Order());
        ComposeKeys.Sections.ShouldAllBe(section => section.Value.Select(key => key.Name).Distinct().Count() == section.Value.Count);
        ComposeKeys.Sections.SelectMany(section => section.Value).ShouldAllBe(key => key.Support == ComposeSupport.Read || key.Remark.Length > 0);
    }

    [Fact]
    public void File_EachKeyThatIsRefused_IsNamedWithItsLine()
    {
        var refused = ComposeKeys.Sections["services.*"].Where(key => key.Support == ComposeSupport.Refused).ToList();
        var (_, problems) = Read("services:\n  a:\n    image: b\n" + string.Concat(refused.Select(key => $"    {key.Name}: x\n")));
        problems.Found.Select(problem => problem.ToString()).ShouldBe(refused.Select((key, i) => $"compose.yaml:{i + 4}: services.a.{key.Name}: is not supported: {key.Remark}"));
    }

    [Theory]
    [InlineData("{ window: 60s }", "30s")]
    [InlineData("{ delay: 10s, window: 15s }", "10s")]
    [InlineData("{ window: 120s }", null)]
    [InlineData("{ delay: 5s }", null)]
    public void RestartPolicy_WithAShortWindow_HasALongestDelayThatFitsIntoIt(string policy, string? maxDelay)
    {
        var (manifests, problems) = Read($"services: {{ a: {{ image: b, deploy: {{ restart_policy: {policy} }} }} }}");
        problems.Found.ShouldBeEmpty();
        manifests.Single().Resource.Service.Restart.MaxDelay?.ToString().ShouldBe(maxDelay is null ? null : $"\"{maxDelay}\"");
        (manifests.Single().Resource.Service.Restart.MaxDelay is null).ShouldBe(maxDelay is null);
    }

    [Theory]
    [InlineData("services: { a: { imge: b } }", "services.a.imge: is no key of compose files; did you mean 'image'?")]
    [InlineData("services: { a: { image: b, ports: ['80:81:82:83'] } }", "services.a.ports[0]: must be [[ADDRESS:]PORT:]PORT[/PROTOCOL], with ports from 1 to 65535, was '80:81:82:83'")]
    [InlineData("services: { a: { image: b, ports: ['80-82:1-2'] } }", "services.a.ports[0]: must be two ranges of the same length, was '80-82:1-2'")]
    [InlineData("services: { a: { image: b, ports: ['80/tpc'] } }", "services.a.ports[0]: must be one of tcp, udp, was 'tpc'; did you mean 'tcp'")]
    [InlineData("services: { a: { image: b, volumes: [/data] } }", "services.a.volumes[0]: has no source: name a volume before it, as in data:/data")]
    [InlineData("services: { a: { image: b, volumes: ['data:/data'] } }", "services.a.volumes[0]: 'data' is not declared; declare it under volumes")]
    [InlineData("services: { a: { image: b, secrets: [key] } }", "services.a.secrets[0]: 'key' is not declared; declare it under secrets")]
    [InlineData("services: { a: { image: b, depends_on: [c] } }", "services.a.depends_on.c: is no service of the file")]
    [InlineData("services: { a: { image: b, depends_on: [c] }, c: { image: b, depends_on: [a] } }", "services.a.depends_on: goes in a circle: a -> c -> a")]
    [InlineData("services: { a: { image: b, depends_on: [c] }, c: { image: b, profiles: [x] } }", "services.a.depends_on.c: is left out by its profiles; choose one of them, or write required: false")]
    [InlineData("services: { a: { image: b, restart: sometimes } }", "services.a.restart: must be no, always, unless-stopped or on-failure[:COUNT], was 'sometimes'")]
    [InlineData("services: { a: { image: b, healthcheck: { interval: 1s } } }", "services.a.healthcheck: must say how to ask, by test: the check of an image is not known")]
    [InlineData("services: { a: { image: b, deploy: { update_config: { failure_action: rollback } } } }", "services.a.deploy.update_config.failure_action: must be one of pause, continue, was 'rollback'")]
    [InlineData("services: { a: { image: b, init: maybe } }", "services.a.init: must be true or false, was 'maybe'")]
    [InlineData("services: { a: { image: b, mem_limit: lots } }", "services.a.mem_limit: must be a size such as 512m or 1g, was 'lots'")]
    [InlineData("services: { a: { image: b, env_file: none.env } }", "services.a.env_file: must be a file that can be read")]
    [InlineData("services: { a: { image: '${B' } }", "services.a.image: '${B' has no '}'; write '$$' for the character itself")]
    [InlineData("services: { a: { image: '${B:?say which}' } }", "services.a.image: the variable B must be set: say which")]
    [InlineData("services: { a: { image: b, logging: { driver: syslog } } }", "services.a.logging.driver: must be json-file or local: output is kept on the node, in files, was 'syslog'")]
    [InlineData("services: { a: { image: b } }\nsecrets: { key: {} }", "secrets.key: must say where its content is: file, environment, or external")]
    [InlineData("services: [a]", "services: must be a mapping")]
    [InlineData("services: { a: b }", "services.a: must be a mapping")]
    public void File_Wrong_IsRefusedWithPlaceAndRule(string text, string problem)
    {
        var (_, problems) = Read(text);
        problems.Found.Select(found => $"{found.Field}: {found.Message}").ShouldContain(found => found.StartsWith(problem, StringComparison.Ordinal), string.Join('\n', problems.Found));
    }

    [Theory]
    [InlineData("$A-${A}", "one-one")]
    [InlineData("${B:-x}${B-y}${C-z}", "xz")]
    [InlineData("${A:+there}${B:+no}${B+set}${C+no}", "thereset")]
    [InlineData("${C:-${A}s}", "ones")]
    [InlineData("$$A ${A}$", "$A one$")]
    [InlineData("${C}", "")]
    public void Variables_AsTheSpecificationHasThem_AreReplaced(string text, string value)
    {
        var known = new Dictionary<string, string> { ["A"] = "one", ["B"] = "" };
        new ComposeInterpolation(known.GetValueOrDefault).Apply(text, problem => Assert.Fail(problem), _ => { }).ShouldBe(value);
    }

    [Fact]
    public void Variables_NotInTheShell_AreThoseOfTheFileBeside()
    {
        File.WriteAllText(_folder.File(".env"), "TAG=7\nPAGE=not this one\n");
        var (manifests, _) = Read("services: { a: { image: 'b:$TAG', environment: { P: $PAGE } } }");
        var container = manifests.Single().Resource.Service.Container;
        (container.Image, container.Env["P"]).ShouldBe(("b:7", "https://shop.example"));
    }

    [Fact]
    public void Profiles_Chosen_TakeServicesIn()
    {
        const string Text = "services: { a: { image: b }, c: { image: b, profiles: [x] }, d: { image: b, profiles: [y] } }";
        Read(Text).Manifests.Select(manifest => manifest.Name).ShouldBe(["a"]);
        Read(Text, profiles: ["x"]).Manifests.Select(manifest => manifest.Name).ShouldBe(["a", "c"]);
        Read(Text, profiles: ["*"]).Manifests.Select(manifest => manifest.Name).ShouldBe(["a", "c", "d"]);
    }

    private (IReadOnlyList<Manifest> Manifests, FileProblems Problems) Read(string text, string? folder = null, params string[] profiles)
    {
        var problems = new FileProblems();
        var document = YamlReader.Read("compose.yaml", text, problems).Single();
        ComposeReader.IsCompose(document).ShouldBeTrue();
        return (new ComposeReader(problems, s_shell.GetValueOrDefault, profiles).Read("compose.yaml", folder ?? _folder.Path, document), problems);
    }

    private static void Golden(string actual)
    {
        var path = Path.Combine(Here(), "Files/shop.txt");
        if (File.Exists(path) && File.ReadAllText(path) == actual) return;
        File.WriteAllText(path.Replace(".txt", ".received.txt", StringComparison.Ordinal), actual);
        Assert.Fail($"{path} does not say what the file is; if it is meant, put shop.received.txt in its place");
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
