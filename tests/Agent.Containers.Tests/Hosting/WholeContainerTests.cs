using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Warren.Agent.Containers.Tests.Hosting.Support;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Containers.Tests.Oci;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.TestSupport.Processes;
using Warren.Volumes;

namespace Warren.Agent.Containers.Tests.Hosting;

/// <summary>Containers with everything at once, put together by the agent and looked at from inside and from the machine beside the node.</summary>
public sealed class WholeContainerTests(HostedNode node) : IClassFixture<HostedNode>
{
    private const int HostPort = 8088;

    private static readonly ImmutableArray<VolumeSpec> s_volumes =
        [new() { Name = "data", Options = ImmutableSortedDictionary<string, string>.Empty.Add("mode", "0777") }];

    [Fact]
    public async Task Container_WithEverything_HasItAllInsideAndLeavesNothing()
    {
        var bind = node.NewFolder("bind");
        await File.WriteAllTextAsync(Path.Combine(bind, "from-node"), "node");
        // A part of a volume must be there before it is mounted.
        var fill = HostedNode.Order("fill.1", new()
        {
            Image = HostedNode.Image,
            Command = ["/bin/sh", "-c", "mkdir /v/part && echo part > /v/part/file"],
            Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/v" }],
        });
        await node.StartAsync(fill with { Volumes = s_volumes });
        await node.DoAsync("wait", "fill.1");

        var started = await node.TellAsync(new(0, "start", Everything(bind)));

        started.Fault.ShouldBeNull(started.Message);
        started.Containers.Single().State.ShouldBe(ContainerState.Running);
        await node.SaidAsync("all.1", "Stdout: ready");
        var report = await GetAsync("report");
        report["args"].Strings().ShouldBe(["/probe", "serve", "9000"]);
        report["env"].Strings().ShouldContain("FROM=image");
        report["env"].Strings().ShouldContain("MINE=yes");
        (report.Number("uid"), report.Number("gid"), report.Text("cwd")).ShouldBe((1000, 1000, "/work"));
        report["groups"]!.AsArray().Select(group => group!.GetValue<int>()).ShouldContain(4242);
        report.Text("hostname").ShouldBe("inner");
        report.Text("hosts").ShouldContain("192.0.2.7\tdb");
        report.Text("resolvConf").ShouldContain("nameserver 192.0.2.53");
        var addresses = report["addresses"]!.AsArray().Select(address => address!["address"]!.GetValue<string>()).ToList();
        started.Lines.Length.ShouldBe(2);
        addresses.ShouldContain(started.Lines[0]);
        addresses.ShouldContain(started.Lines[1]);
        report["limits"]!["nofile"]!.ToJsonString().ShouldBe("""{"soft":100,"hard":200}""");
        report.CapabilitySet("bounding").ShouldBe([0, 12]);
        (report.Text("seccomp"), report.Text("noNewPrivileges")).ShouldBe(("2", "1"));
        (await GetAsync("do?read&/proc/1/cmdline")).Content().ShouldBe("/dev/warren-init\0--\0/probe\0serve\09000\0".TrimEnd());
        (await GetAsync("do?read&/proc/sys/net/ipv4/ip_unprivileged_port_start")).Content().ShouldBe("79");

        (await GetAsync("do?write&/root-is-read-only&x")).Outcome().ShouldBe("EROFS");
        (await GetAsync("do?write&/scratch/file&x")).Outcome().ShouldBe("OK");
        report.Mount("/scratch").Type.ShouldBe("tmpfs");
        (await GetAsync("do?read&/bind/from-node")).Content().ShouldBe("node");
        (await GetAsync("do?write&/bind/from-container&x")).Outcome().ShouldBe("EROFS");
        (await GetAsync("do?write&/data/file&kept")).Outcome().ShouldBe("OK");
        (await GetAsync("do?read&/part/file")).Content().ShouldBe("part");
        (await GetAsync("do?write&/part/other&x")).Outcome().ShouldBe("EROFS");
        (await GetAsync("do?write&/image/file&x")).Outcome().ShouldBe("EACCES");
        report.HasMount("/image").ShouldBeTrue();

        (await GetAsync("do?read&/run/secrets/password")).Content().ShouldBe("hush");
        var secret = await GetAsync("do?stat&/run/secrets/password");
        (secret.Text("mode"), secret.Number("uid"), secret.Number("gid")).ShouldBe(("0400", 1000, 1000));
        report.Mount("/run/secrets").Type.ShouldBe("tmpfs");
        var config = await GetAsync("do?stat&/etc/app.conf");
        (config.Text("mode"), config.Number("uid"), config.Number("gid")).ShouldBe(("0444", 0, 0));
        report.Mount("/etc/app.conf").Options.ShouldContain("ro");

        Group("memory", "memory.limit_in_bytes", "memory.max").ShouldBe("67108864");
        Group("pids", "pids.max", "pids.max").ShouldBe("50");
        Group("cpu", "cpu.cfs_quota_us", "cpu.max").Split(' ')[0].ShouldBe("50000");
        var info = await node.Containerd.CtrAsync("containers", "info", "all.1");
        info.ShouldContain("\"warren.service\": \"web\"");
        info.ShouldContain("\"warren.label.tier\": \"front\"");

        await GetAsync("do?lines&2&7");
        var logs = await node.LogsAsync("all.1", logs => Written(logs, "Stdout: ") >= 2 && Written(logs, "Stderr: ") >= 2);
        (Written(logs, "Stdout: "), Written(logs, "Stderr: ")).ShouldBe((2, 2));

        await node.DoAsync("stop", "all.1");
        await node.DoAsync("remove", "all.1");
        await node.DoAsync("remove", "fill.1");
        (await node.LeftoversAsync()).ShouldBeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(node.Place.DataFolder, "volumes", "data", "data", "file"))).ShouldBe("kept");
    }

    [Fact]
    public async Task Start_AnotherOrderOfTheSameName_IsRefusedAndTheFirstRunsOn()
    {
        var order = HostedNode.Order("same.1", new() { Image = HostedNode.Image });
        var first = await node.StartAsync(order);

        var answer = await node.TellAsync(new(0, "start", order with { Spec = order.Spec with { Args = ["serve", "8081"] } }));

        answer.Fault.ShouldBe("ContainerRuntimeException.Conflict");
        answer.Message.ShouldBe("there is a container 'same.1' that was made from another order; remove it first");
        (await node.StartAsync(order)).ShouldBe(first);
        await node.DoAsync("remove", "same.1");
    }

    [Theory]
    [InlineData("image", "ImageException.RegistryUnavailable", "127.0.0.1:1/none:1")]
    [InlineData("bind", "ContainerRuntimeException.Invalid", "/nowhere/at/all")]
    [InlineData("user", "ContainerRuntimeException.Invalid", "bad.1: user: 'nobody-there' is not in the image's /etc/passwd")]
    [InlineData("command", "ContainerRuntimeException.Invalid", "bad.1: the command '/no/such' does not exist in the image")]
    [InlineData("volume", "VolumeException.Invalid", "missing-part")]
    [InlineData("port", "NetworkException.PortConflict", "8099")]
    public async Task Start_ThatCannotBe_SaysWhyAndLeavesNothing(string what, string fault, string message)
    {
        var spec = new ContainerSpec { Image = HostedNode.Image, Ports = [Ports.Tcp(8080, 8098)] };
        using var taken = await node.Machine.Host.ServeAsync(PortProtocol.Tcp, 8099);
        spec = what switch
        {
            "image" => spec with { Image = "127.0.0.1:1/none:1" },
            "bind" => spec with { Mounts = [new() { Kind = MountKind.Bind, Source = "/nowhere/at/all", Target = "/b" }] },
            "user" => spec with { User = "nobody-there" },
            "command" => spec with { Command = ["/no/such"] },
            "volume" => spec with { Mounts = [new() { Kind = MountKind.Volume, Source = "empty", Target = "/v", Subpath = "missing-part" }] },
            _ => spec with { Ports = [Ports.Tcp(8080, 8099)] },
        };
        var secret = new ContainerFile("/run/secrets/x", "x"u8.ToArray(), 256, 0, 0);

        var answer = await node.TellAsync(new(0, "start", HostedNode.Order("bad.1", spec) with { Files = [secret] }));

        answer.Fault.ShouldBe(fault, answer.Message);
        answer.Message.ShouldNotBeNull().ShouldContain(message);
        // What a failed start has written is kept for who asks why.
        await node.DoAsync("remove", "bad.1");
        (await node.LeftoversAsync()).ShouldBeEmpty();
    }

    private static ContainerOrder Everything(string bind) => HostedNode.Order("all.1", new()
    {
        Image = HostedNode.Image,
        Args = ["serve", "9000"],
        Env = ImmutableSortedDictionary<string, string>.Empty.Add("MINE", "yes"),
        User = "web",
        Groups = ["4242"],
        WorkingDirectory = "/work",
        Hostname = "inner",
        ExtraHosts = ImmutableSortedDictionary<string, string>.Empty.Add("db", "192.0.2.7"),
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("tier", "front"),
        Mounts =
        [
            new() { Kind = MountKind.Tmpfs, Target = "/scratch", TmpfsSize = 1 << 20, TmpfsMode = 511 },
            new() { Kind = MountKind.Tmpfs, Target = "/work" },
            new() { Kind = MountKind.Bind, Source = bind, Target = "/bind", ReadOnly = true },
            new() { Kind = MountKind.Volume, Source = "data", Target = "/data" },
            new() { Kind = MountKind.Volume, Source = "data", Target = "/part", Subpath = "part", ReadOnly = true },
        ],
        Network = new() { DnsServers = ["192.0.2.53"] },
        Ports = [Ports.Tcp(9000, HostPort)],
        Security = new()
        {
            DropCapabilities = ["ALL"],
            AddCapabilities = ["CHOWN", "NET_ADMIN"],
            ReadOnlyRoot = true,
            Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.ipv4.ip_unprivileged_port_start", "79"),
            Ulimits = [new() { Name = "nofile", Soft = 100, Hard = 200 }],
        },
        Resources = new() { CpuLimitMillicores = 500, MemoryLimit = 64 << 20, PidsLimit = 50 },
        Init = true,
    }) with
    {
        Volumes = s_volumes,
        Files =
        [
            new("/run/secrets/password", "hush"u8.ToArray(), 256, 1000, 1000),
            new("/etc/app.conf", "x = 1"u8.ToArray(), 292, 0, 0),
        ],
    };

    // From the machine beside the node, by the published port.
    private async Task<JsonNode> GetAsync(string path)
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://{TestNode.Address4}:{HostPort}/{path}");
        return JsonNode.Parse(await Tool.RunAsync("nsenter", "--net=" + node.Machine.Lan.Path, "busybox", "wget", "-q", "-O", "-", url))!;
    }

    // Lines of seven letters.
    private static int Written(string[] logs, string stream) => logs.Count(line => line.StartsWith(stream, StringComparison.Ordinal) && line.Length == stream.Length + 7);

    private string Group(string controller, string file, string unifiedFile)
    {
        var split = Path.Combine("/sys/fs/cgroup", controller, node.Containerd.Namespace, "all.1", file);
        return File.ReadAllText(File.Exists(split) ? split : Path.Combine("/sys/fs/cgroup", node.Containerd.Namespace, "all.1", unifiedFile)).TrimEnd();
    }
}
