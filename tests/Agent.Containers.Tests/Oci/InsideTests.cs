using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>What the first process finds: itself, its files, its mounts.</summary>
public sealed class InsideTests(RuncBundles bundles) : IClassFixture<RuncBundles>
{
    private static readonly ContainerSpec s_plain = new() { Image = "example.test/probe:1" };

    [Fact]
    public async Task Process_Plain_HasArgumentsEnvironmentAndRoot()
    {
        var config = new ImageConfig { Env = ["FROM=image", "BOTH=image"] };
        var spec = s_plain with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("BOTH", "spec") };

        var report = await (await bundles.CreateAsync(spec, ["report", "a b", ""], config: config)).RunAsync();

        report["args"].Strings().ShouldBe(["/probe", "report", "a b", ""]);
        report["env"].Strings().ShouldBe([$"PATH={EnvironmentList.UsualPath}", "HOSTNAME=inside", "FROM=image", "BOTH=spec", "HOME=/root"]);
        report.Number("uid").ShouldBe(0);
        report.Number("pid").ShouldBe(1);
        report.Text("cwd").ShouldBe("/");
        report.Text("hostname").ShouldBe("inside");
    }

    [Fact]
    public async Task Process_NamedUser_HasNumbersGroupsAndHomeOfTheImage()
    {
        var report = await ReportAsync(s_plain with { User = "web", Groups = ["777"] });

        report.Number("euid").ShouldBe(1000);
        report.Number("egid").ShouldBe(1001);
        report["groups"]!.AsArray().Select(group => group!.GetValue<int>()).Order().ShouldBe([50, 777, 1001]);
        report["env"].Strings().ShouldContain("HOME=/home/web");
        report.CapabilitySet("effective").ShouldBeEmpty();
    }

    [Fact]
    public async Task Process_WorkingDirectoryThatIsNotThere_IsMadeEvenInAReadOnlyRoot()
    {
        var spec = s_plain with { WorkingDirectory = "/new/place", Security = new() { ReadOnlyRoot = true } };

        (await ReportAsync(spec)).Text("cwd").ShouldBe("/new/place");
    }

    [Fact]
    public async Task Process_Init_IsFirstAndParentOfTheCommand()
    {
        var report = await ReportAsync(s_plain with { Init = true });

        report.Number("ppid").ShouldBe(1);
        report.Number("pid").ShouldNotBe(1);
        (await DoAsync(s_plain with { Init = true }, "read", "/proc/1/cmdline")).Content().Split('\0')[0].ShouldBe("/dev/warren-init");
    }

    [Fact]
    public async Task Process_Tty_HasATerminalOnAllThreeStreams()
    {
        var container = await bundles.CreateAsync(s_plain with { Tty = true }, ["report"]);

        var report = await container.RunInTerminalAsync();

        report["tty"]!.AsArray().Select(stream => stream!.GetValue<int>()).ShouldBe([1, 1, 1]);
        report["env"].Strings().ShouldContain("TERM=xterm");
        (await ReportAsync(s_plain))["tty"]!.AsArray().Select(stream => stream!.GetValue<int>()).ShouldBe([0, 0, 0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Process_Signal_ArrivesAlsoThroughInit(bool init)
    {
        var container = await bundles.CreateAsync(s_plain with { Init = init }, ["wait"]);
        await using var process = await container.StartAsync();

        await container.SignalAsync("USR1");
        await process.LineAsync("signal SIGUSR1", TimeSpan.FromMinutes(1));
        await container.SignalAsync("TERM");

        (await process.Exited).ShouldBe(0);
    }

    [Fact]
    public async Task Process_Namespaces_AreItsOwnButForUsers()
    {
        var report = await ReportAsync(s_plain);
        var host = JsonNode.Parse(await Tool.RunAsync(await TestSupport.Containers.ProbeProgram.PathAsync(), ["report"]))!;

        foreach (var space in (string[])["cgroup", "ipc", "mnt", "net", "pid", "uts"])
            report["namespaces"]!.Text(space).ShouldNotBe(host["namespaces"]!.Text(space), space);
        report["namespaces"]!.Text("user").ShouldBe(host["namespaces"]!.Text("user"));
    }

    [Fact]
    public async Task Process_HostNetwork_SharesTheNetworkAndHasANameOfItsOwn()
    {
        var spec = s_plain with { Network = new() { Mode = NetworkMode.Host } };

        var report = await ReportAsync(spec);

        report["namespaces"]!.Text("net").ShouldBe(new FileInfo("/proc/self/ns/net").LinkTarget);
        report.Text("hostname").ShouldBe("inside");
        (await DoAsync(spec, "list", "/sys/class/net"))["names"].Strings().Order()
            .ShouldBe(Directory.GetFileSystemEntries("/sys/class/net").Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public async Task Root_ReadOnly_RefusesWritesButTmpfsDoesNot()
    {
        var spec = s_plain with { Security = new() { ReadOnlyRoot = true } };
        var tmpfs = new ContainerMountList().Tmpfs("/tmp", size: 1 << 20, mode: 0x1FF);

        (await DoAsync(spec, "write", "/file")).Outcome().ShouldBe("EROFS");
        (await DoAsync(spec, tmpfs, "write", "/tmp/file")).Outcome().ShouldBe("OK");
        (await DoAsync(s_plain, "write", "/file")).Outcome().ShouldBe("OK");
    }

    [Fact]
    public async Task Tmpfs_SizeAndMode_AreTheMounts()
    {
        var tmpfs = new ContainerMountList().Tmpfs("/scratch", size: 1 << 20, mode: 0x1C0);

        (await ReportAsync(s_plain, tmpfs)).Mount("/scratch").Super.ShouldContain("size=1024k");
        (await DoAsync(s_plain, tmpfs, "stat", "/scratch")).Text("mode").ShouldBe("0700");
    }

    [Fact]
    public async Task Bind_Writable_ReachesTheNode()
    {
        var folder = Folder("writable");
        var mounts = new ContainerMountList().Bind(folder, "/data");

        (await DoAsync(s_plain, mounts, "write", "/data/file", "hello")).Outcome().ShouldBe("OK");

        (await File.ReadAllTextAsync(Path.Combine(folder, "file"))).ShouldBe("hello");
    }

    [Fact]
    public async Task Bind_ReadOnly_RefusesWritesBelowTooOnThisKernel()
    {
        var folder = Folder("readonly");
        await Tool.RunAsync("mount", ["-t", "tmpfs", "tmpfs", Directory.CreateDirectory(Path.Combine(folder, "below")).FullName]);
        var mounts = new ContainerMountList().Bind(folder, "/data", readOnly: true);

        (await DoAsync(s_plain, mounts, "write", "/data/file")).Outcome().ShouldBe("EROFS");
        (await DoAsync(s_plain, mounts, "write", "/data/below/file")).Outcome().ShouldBe(bundles.Node.RecursiveReadOnly ? "EROFS" : "OK");
    }

    [Theory]
    [InlineData(MountPropagation.Private, "ENOENT")]
    [InlineData(MountPropagation.Slave, "OK")]
    public async Task Bind_Propagation_DecidesWhetherLaterMountsOfTheNodeArrive(MountPropagation propagation, string expected)
    {
        var folder = Folder($"slave-{propagation}");
        await ShareAsync(folder);
        Directory.CreateDirectory(Path.Combine(folder, "later"));
        var container = await bundles.CreateAsync(s_plain, ["trap"], With(new ContainerMountList().Bind(folder, "/data", propagation: propagation)));
        await using var process = await container.StartAsync();

        await Tool.RunAsync("mount", ["-t", "tmpfs", "tmpfs", Path.Combine(folder, "later")]);
        await File.WriteAllTextAsync(Path.Combine(folder, "later", "file"), "x");

        (await container.DoAsync("read", "/data/later/file")).Outcome().ShouldBe(expected);
        await container.SignalAsync("KILL");
    }

    [Fact]
    public async Task Bind_Shared_LetsMountsOfTheContainerArriveOnTheNode()
    {
        var folder = Folder("shared");
        await ShareAsync(folder);
        Directory.CreateDirectory(Path.Combine(folder, "later"));
        var spec = s_plain with { Security = new() { Privileged = true } };
        var container = await bundles.CreateAsync(
            spec, ["trap"], With(new ContainerMountList().Bind(folder, "/data", propagation: MountPropagation.Shared)));
        await using var process = await container.StartAsync();

        (await container.DoAsync("mount-tmpfs", "/data/later")).Outcome().ShouldBe("OK");

        (await File.ReadAllLinesAsync("/proc/self/mounts")).ShouldContain(line => line.Contains($" {folder}/later tmpfs "));
        await container.SignalAsync("KILL");
    }

    [Fact]
    public async Task SharedMemory_GivenAndDefault_AreTheMountsSize()
    {
        (await ReportAsync(s_plain)).Mount("/dev/shm").Super.ShouldContain("size=65536k");
        (await ReportAsync(s_plain with { Resources = new() { SharedMemorySize = 1 << 20 } })).Mount("/dev/shm").Super.ShouldContain("size=1024k");
    }

    [Fact]
    public async Task Exec_OfTheBuilder_RunsAsTheOtherUserWithItsLimits()
    {
        var container = await bundles.CreateAsync(s_plain, ["trap"]);
        await using var process = await container.StartAsync();
        var exec = OciExecBuilder.Build(new()
        {
            Request = new() { Command = ["/probe", "report"], User = "web", WorkingDirectory = "/tmp" },
            ContainerSpec = container.Spec,
            Node = bundles.Node,
            Passwd = RuncBundles.Passwd,
        });

        var report = await container.ExecAsync(exec.Json);

        report.Number("uid").ShouldBe(1000);
        report.Text("cwd").ShouldBe("/tmp");
        report.Text("seccomp").ShouldBe("2");
        report.Text("noNewPrivileges").ShouldBe("1");
        report["env"].Strings().ShouldContain("HOME=/home/web");
        await container.SignalAsync("KILL");
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(bundles.Folder, "node", name)).FullName;

    private static async Task ShareAsync(string folder)
    {
        await Tool.RunAsync("mount", ["--bind", folder, folder]);
        await Tool.RunAsync("mount", ["--make-shared", folder]);
    }

    private Func<OciSpecInput, OciSpecInput> With(ContainerMountList mounts) =>
        input => input with { Request = input.Request with { Mounts = mounts.ToMounts(bundles.Node) } };

    private Task<JsonNode> ReportAsync(ContainerSpec spec, ContainerMountList? mounts = null) => RunAsync(spec, mounts, "report");

    private Task<JsonNode> DoAsync(ContainerSpec spec, params string[] command) => RunAsync(spec, null, ["do", .. command]);

    private Task<JsonNode> DoAsync(ContainerSpec spec, ContainerMountList mounts, params string[] command) => RunAsync(spec, mounts, ["do", .. command]);

    private async Task<JsonNode> RunAsync(ContainerSpec spec, ContainerMountList? mounts, params string[] probe) =>
        await (await bundles.CreateAsync(spec, probe, mounts is null ? null : With(mounts))).RunAsync();
}
