using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Manifests;
using Warren.TestSupport;
using Warren.V1;

namespace Warren.Cli.Tests.Manifests;

/// <summary>What files say, and what is wrong with them, each with its line.</summary>
public sealed class ManifestReaderTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("manifests");
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ServiceWithEveryForm_IsTheSpec()
    {
        var manifest = One("""
            apiVersion: warren/v1
            kind: Service
            name: web
            labels: { team: a }
            replicas: 3
            container:
              image: nginx:1.27
              args: ["-g", "daemon off;"]
              env:
                PORT: 8080
                EMPTY:
              stopGracePeriod: 1m30s
              ports:
                - containerPort: 80
                  hostPort: 8080
                  protocol: udp
              resources:
                memoryLimit: 512MiB
                cpuLimitMillicores: 250
              readiness:
                http: { port: 80, path: /ready }
            update:
              order: start-first
              parallelism: 2
            restart: { backoffFactor: 1.5 }
            secrets:
              - secret: key
                mode: 0440
            """);
        manifest.Resource.Service.ShouldBe(new()
        {
            Name = "web",
            Labels = { ["team"] = "a" },
            Replicas = 3,
            Container = new()
            {
                Image = "nginx:1.27",
                Args = { "-g", "daemon off;" },
                Env = { ["PORT"] = "8080", ["EMPTY"] = "" },
                StopGracePeriod = Duration.FromTimeSpan(TimeSpan.FromSeconds(90)),
                Ports = { new PortSpec { ContainerPort = 80, HostPort = 8080, Protocol = PortProtocol.Udp } },
                Resources = new() { MemoryLimit = 512 << 20, CpuLimitMillicores = 250 },
                Readiness = new() { Http = new() { Port = 80, Path = "/ready" } },
            },
            Update = new() { Order = UpdateOrder.StartFirst, Parallelism = 2 },
            Restart = new() { BackoffFactor = 1.5 },
            Secrets = { new SecretReference { Secret = "key", Mode = 288 } },
        });
        (manifest.Name, manifest.Line, manifest.LineOf("container.env[PORT]"), manifest.LineOf("container.ports[0].hostPort")).ShouldBe(("web", 1, 10, 15));

        // What is not written is where it would be.
        (manifest.LineOf("container.readiness.interval"), manifest.LineOf("cron.schedule")).ShouldBe((20, 1));
    }

    [Theory]
    [InlineData("Job", ServiceMode.Job)]
    [InlineData("CronJob", ServiceMode.Cron)]
    [InlineData("Service", ServiceMode.Unspecified)]
    public void Read_KindOfJob_IsItsMode(string kind, object mode) =>
        One($"apiVersion: warren/v1\nkind: {kind}\nname: a\ncontainer: {{ image: b }}").Resource.Service.Mode.ShouldBe((ServiceMode)mode);

    [Fact]
    public void Read_SeveralDocumentsWithAliasesAndMerges_IsEach()
    {
        var manifests = ReadAll("""
            ---
            apiVersion: warren/v1
            kind: Volume
            name: data
            options: { type: tmpfs }
            ---
            # nothing
            ---
            apiVersion: warren/v1
            kind: Service
            name: web
            container: &base
              image: a
              env: &env { A: "1", B: "2" }
            ---
            apiVersion: warren/v1
            kind: Service
            name: api
            container:
              image: b
              env:
                <<: &more { B: "3", C: "4" }
                A: own
            """);
        manifests.Select(manifest => (manifest.Kind, manifest.Name, manifest.Line)).ShouldBe(
            [(ResourceKind.Volume, "data", 2), (ResourceKind.Service, "web", 9), (ResourceKind.Service, "api", 16)]);
        manifests[2].Resource.Service.Container.Env.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(["A=own", "B=3", "C=4"]);
    }

    [Fact]
    public void Read_Variables_AreValuesAndNeverYaml()
    {
        _variables["TAG"] = "1.27";
        _variables["TEXT"] = "a: [b";
        _variables["EMPTY"] = "";
        var spec = One("""
            apiVersion: warren/v1
            kind: Service
            name: ${NAME:-web}
            replicas: ${REPLICAS:-3}
            container:
              image: nginx:${TAG}
              env: { A: "${TEXT}", B: "$${TAG} $HOME", C: "x${EMPTY}y", D: "${EMPTY:-full}", E: "${EMPTY-full}", F: "${NO:-${TAG}}" }
            """).Resource.Service;
        (spec.Name, spec.Replicas, spec.Container.Image).ShouldBe(("web", 3, "nginx:1.27"));
        spec.Container.Env.OrderBy(pair => pair.Key).Select(pair => pair.Value).ShouldBe(["a: [b", "${TAG} $HOME", "xy", "full", "", "1.27"]);
    }

    [Fact]
    public void Read_SecretAndConfig_TakeTheirContentFromTheDocumentOrAFileBesideIt()
    {
        File.WriteAllBytes(_folder.File("key.bin"), [0, 1, 255]);
        One("apiVersion: warren/v1\nkind: Secret\nname: key\nfile: key.bin").Resource.Secret.Value.ShouldBe(ByteString.CopyFrom(0, 1, 255));
        One("apiVersion: warren/v1\nkind: Config\nname: app\ncontent: |\n  a\n  b\n").Resource.Config.Content.ToStringUtf8().ShouldBe("a\nb\n");
    }

    [Theory]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer:\n  imagee: a", "f.yaml:5: container.imagee: is no field here; did you mean 'image'?")]
    [InlineData("apiVersion: warren/v1\nkind: Sevice\nname: web", "f.yaml:2: kind: must be one of Service, Job, CronJob, Secret, Config, Volume, was 'Sevice'; did you mean 'Service'?")]
    [InlineData("apiVersion: v1\nkind: Volume\nname: a", "f.yaml:1: apiVersion: must be warren/v1, was 'v1'")]
    [InlineData("kind: Volume\nname: a", "f.yaml:1: apiVersion: must be given")]
    [InlineData("apiVersion: warren/v1\nname: a", "f.yaml:1: kind: must be given")]
    [InlineData("- a", "f.yaml:1: a document must be a mapping with apiVersion, kind and name")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\nreplicas: three", "f.yaml:4: replicas: must be a whole number, was 'three'")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\nreplicas: [1]", "f.yaml:4: replicas: must be one value, was a list")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer: nginx", "f.yaml:4: container: must be a mapping with image, command, args,*, was 'nginx'")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer:\n  args: sleep", "f.yaml:5: container.args: must be a list, was 'sleep'")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer:\n  env: [A=1]", "f.yaml:5: container.env: must be a mapping of names to texts, was a list")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer:\n  env:\n    A: [1]", "f.yaml:6: container.env[A]: must be a text, was a list")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer:\n  init: yes", "f.yaml:5: container.init: must be true or false, was 'yes'")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\nupdate: { order: startfirst }", "f.yaml:4: update.order: must be one of auto, start-first, stop-first, was 'startfirst'; did you mean 'start-first'?")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\nupdate:\n  delay: 10 seconds", "f.yaml:5: update.delay: must be a time*, was '10 seconds'")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\ncontainer:\n  resources:\n    memoryLimit: much", "f.yaml:6: container.resources.memoryLimit: must be a size such as 512m or 1g, was 'much'")]
    [InlineData("apiVersion: warren/v1\nkind: Service\nname: web\nsecrets:\n- secret: a\n  mode: 999", "f.yaml:6: secrets[0].mode: must be permission bits in octal, such as 0440, was '999'")]
    [InlineData("apiVersion: warren/v1\nkind: CronJob\nname: web\nmode: cron", "f.yaml:4: mode: must be left out, the kind CronJob says it")]
    [InlineData("apiVersion: warren/v1\nkind: Secret\nname: a", "f.yaml:1: value: must be given, or file with the path of a file that holds it")]
    [InlineData("apiVersion: warren/v1\nkind: Config\nname: a\nfile: not-there.txt", "f.yaml:4: file: must be a file that can be read: *")]
    [InlineData("apiVersion: warren/v1\nkind: Config\nname: a\ncontent: x\nfile: y", "f.yaml:5: file: must be left out when content is given")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: a\nname: b", "f.yaml:4: 'name' is given twice")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: ${NOBODY}", "f.yaml:3: name: the variable NOBODY is not set; set it, or write ${NOBODY:-DEFAULT}")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: ${NOBODY:?ask the team}", "f.yaml:3: name: the variable NOBODY must be set: ask the team")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: ${1}", "f.yaml:3: name: '${1}' must be ${NAME}*")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: \"${A\"", "f.yaml:3: name: '${A' has no '}'*")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: [a", "f.yaml:*: is no YAML: *")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: *a", "f.yaml:3: is no YAML: the alias '*a' stands for nothing that comes before it")]
    [InlineData("apiVersion: warren/v1\nkind: Volume\nname: a\nlabels:\n  <<: b", "f.yaml:5: '<<' must stand for a mapping, or a list of mappings")]
    public void Read_WrongFile_IsNamedWithLineAndRule(string text, string expected)
    {
        var problems = new FileProblems();
        Read(text, problems);
        var parts = expected.Split('*');
        var told = problems.Found.ShouldHaveSingleItem().ToString();
        if (expected.Contains("'*a'", StringComparison.Ordinal)) parts = [expected];
        told.ShouldStartWith(parts[0]);
        told.ShouldEndWith(parts[^1]);
    }

    [Fact]
    public void Read_SeveralMistakes_AreAllNamed()
    {
        var problems = new FileProblems();
        Read("apiVersion: warren/v1\nkind: Service\nname: web\nreplcas: 3\ncontainer:\n  init: 1\n  env: x\n---\nkind: Volume\nname: a", problems);
        problems.Found.Select(problem => (problem.Line, problem.Field)).ShouldBe([(4, "replcas"), (6, "container.init"), (7, "container.env"), (9, "apiVersion")]);
    }

    [Fact]
    public void Read_AliasesThatRepeatEachOther_EndBeforeMemoryDoes()
    {
        var text = "apiVersion: warren/v1\nkind: Service\nname: a\nx0: &x0 [a, a, a, a, a, a, a, a, a, a]\n";
        for (var i = 1; i < 12; i++) text += $"x{i}: &x{i} [{string.Join(", ", Enumerable.Repeat($"*x{i - 1}", 10))}]\n";
        var problems = new FileProblems();
        Read(text, problems);
        problems.Found.ShouldHaveSingleItem().Message.ShouldContain("more than 200000 values");
    }

    [Fact]
    public void Read_ListsInLists_EndBeforeTheStackDoes()
    {
        var problems = new FileProblems();
        Read(new string('[', 10_000), problems);
        problems.Found.ShouldHaveSingleItem().Message.ShouldContain("deeper than 64");
    }

    private Manifest One(string text)
    {
        var problems = new FileProblems();
        var manifest = Read(text, problems).ShouldHaveSingleItem();
        problems.Found.ShouldBeEmpty();
        return manifest;
    }

    private List<Manifest> ReadAll(string text)
    {
        var problems = new FileProblems();
        var manifests = Read(text, problems);
        problems.Found.ShouldBeEmpty();
        return manifests;
    }

    private List<Manifest> Read(string text, FileProblems problems)
    {
        var reader = new ManifestReader(problems, new(_variables.GetValueOrDefault));
        return [.. YamlReader.Read("f.yaml", text, problems).Select(document => reader.Read("f.yaml", _folder.Path, document)).OfType<Manifest>()];
    }
}
