using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>What the processes of a container may do.</summary>
public sealed class PrivilegeTests(RuncBundles bundles) : IClassFixture<RuncBundles>
{
    private static readonly ContainerSpec s_plain = new() { Image = "example.test/probe:1" };

    // AUDIT_WRITE, CHOWN, … of the builder, by their numbers.
    private static readonly int[] s_usual = [0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31];

    [Fact]
    public async Task Capabilities_Default_AreDockersFourteen()
    {
        var report = await RunAsync(s_plain, "report");

        report.CapabilitySet("effective").ShouldBe(s_usual);
        report.CapabilitySet("permitted").ShouldBe(s_usual);
        report.CapabilitySet("bounding").ShouldBe(s_usual);
        report.CapabilitySet("inheritable").ShouldBeEmpty();
        report.CapabilitySet("ambient").ShouldBeEmpty();
        report.Text("noNewPrivileges").ShouldBe("1");
        report.Text("seccomp").ShouldBe("2");
    }

    [Fact]
    public async Task Capabilities_AddedAndDropped_AreThatMoreAndLess()
    {
        const int NetAdmin = 12, NetRaw = 13;
        var spec = Secure(new() { AddCapabilities = ["NET_ADMIN"], DropCapabilities = ["NET_RAW"] });

        (await RunAsync(spec, "report")).CapabilitySet("effective").ShouldBe([.. s_usual.Except([NetRaw]).Append(NetAdmin).Order()]);
        (await TryAsync(spec, "socket-raw")).ShouldBe("EPERM");
        (await TryAsync(s_plain, "socket-raw")).ShouldBe("OK");
    }

    [Fact]
    public async Task Capabilities_AddedForAnotherUser_AreEffectiveInItsProcess()
    {
        var spec = Secure(new() { AddCapabilities = ["SYS_NICE"] }) with { User = "web" };

        (await TryAsync(spec, "nice")).ShouldBe("OK");
        (await TryAsync(s_plain with { User = "web" }, "nice")).ShouldBe("EACCES");
    }

    [Fact]
    public async Task NewPrivileges_SetUserIdProgram_WorksOnlyWhereAllowed()
    {
        var allowed = Secure(new() { AllowNewPrivileges = true }) with { User = "web" };
        string[] command = ["do", "setuid-run", "/suid-probe", "report"];

        Euid(await RunAsync(s_plain with { User = "web" }, command)).ShouldBe(1000);
        Euid(await RunAsync(allowed, command)).ShouldBe(0);

        static int Euid(JsonNode answer) => JsonNode.Parse(answer.Text("output"))!.Number("euid");
    }

    [Theory]
    [InlineData("mount", "EPERM")]
    [InlineData("umount2", "EPERM")]
    [InlineData("unshare-mount", "EPERM")]
    [InlineData("unshare-user", "EPERM")]
    [InlineData("setns", "EPERM")]
    [InlineData("clone-thread", "OK")]
    [InlineData("clone-user", "EPERM")]
    [InlineData("clone-pid", "EPERM")]
    [InlineData("clone-net", "EPERM")]
    [InlineData("clone3", "ENOSYS")]
    [InlineData("keyctl", "EPERM")]
    [InlineData("add_key", "EPERM")]
    [InlineData("request_key", "EPERM")]
    [InlineData("bpf", "EPERM")]
    [InlineData("perf_event_open", "EPERM")]
    [InlineData("kexec_load", "EPERM")]
    [InlineData("init_module", "EPERM")]
    [InlineData("reboot", "EPERM")]
    [InlineData("swapon", "EPERM")]
    [InlineData("swapoff", "EPERM")]
    [InlineData("acct", "EPERM")]
    [InlineData("settimeofday", "EPERM")]
    [InlineData("clock_settime", "EPERM")]
    [InlineData("chroot", "OK")]
    [InlineData("pivot_root", "EPERM")]
    [InlineData("open_by_handle_at", "EPERM")]
    [InlineData("syslog", "EPERM")]
    [InlineData("sethostname", "EPERM")]
    [InlineData("quotactl", "EPERM")]
    [InlineData("userfaultfd", "EPERM")]
    [InlineData("io_uring_setup", "EPERM")]
    [InlineData("fsopen", "EPERM")]
    [InlineData("mbind", "EPERM")]
    [InlineData("get_mempolicy", "EPERM")]
    [InlineData("vhangup", "EPERM")]
    [InlineData("kcmp", "EPERM")]
    [InlineData("ptrace", "OK")]
    [InlineData("process_vm_readv", "OK")]
    [InlineData("personality-ask", "OK")]
    [InlineData("personality-noaslr", "EPERM")]
    [InlineData("socket-inet", "OK")]
    [InlineData("socket-netlink", "OK")]
    [InlineData("socket-alg", "EPERM")]
    [InlineData("socket-vsock", "EPERM")]
    public async Task Seccomp_Default_LetsThroughWhatDockerDoes(string call, string expected) => (await TryAsync(s_plain, call)).ShouldBe(expected);

    [Theory]
    [InlineData("mount", "ENOENT")]
    [InlineData("unshare-mount", "OK")]
    [InlineData("clone-pid", "OK")]
    [InlineData("clone3", "EINVAL")]
    [InlineData("keyctl", "EPERM")]
    [InlineData("settimeofday", "EPERM")]
    public async Task Seccomp_WithSysAdmin_OpensItsCallsAlone(string call, string expected) =>
        (await TryAsync(Secure(new() { AddCapabilities = ["SYS_ADMIN"] }), call)).ShouldBe(expected);

    [Theory]
    [InlineData("keyctl", "OK")]
    [InlineData("clone-user", "OK")]
    [InlineData("clone3", "EINVAL")]
    [InlineData("socket-vsock", "OK")]
    public async Task Seccomp_Unconfined_LetsAllThrough(string call, string expected) =>
        (await TryAsync(Secure(new() { Seccomp = SeccompProfile.Unconfined }), call)).ShouldBe(expected);

    [Fact]
    public async Task GuardedPaths_Default_AreEmptyOrReadOnly()
    {
        (await RunAsync(s_plain, "do", "stat", "/proc/keys")).Text("type").ShouldBe("character");
        (await RunAsync(s_plain, "do", "read", "/proc/interrupts")).Content().ShouldBe("");
        (await RunAsync(s_plain, "do", "list", "/sys/firmware"))["names"]!.AsArray().Count.ShouldBe(0);
        (await RunAsync(s_plain, "do", "write", "/proc/sys/kernel/msgmax", "8192")).Outcome().ShouldBe("EROFS");
        var report = await RunAsync(s_plain, "report");
        foreach (var path in (string[])["/sys", "/proc/sys", "/proc/irq", "/proc/fs"]) report.Mount(path).Options.ShouldContain("ro", path);
    }

    [Fact]
    public async Task GuardedPaths_Given_ReplaceTheDefaultOnes()
    {
        var spec = Secure(new() { MaskedPaths = ["/etc"], ReadOnlyPaths = ["/tmp"] });

        var report = await RunAsync(spec, "report");

        report.Mount("/etc").Type.ShouldBe("tmpfs");
        report.HasMount("/proc/keys").ShouldBeFalse();
        report.HasMount("/proc/sys").ShouldBeFalse();
        (await RunAsync(spec, "do", "write", "/tmp/file")).Outcome().ShouldBe("EROFS");
    }

    [Fact]
    public async Task Privileged_HasAllCapabilitiesAndDevicesAndNothingGuarded()
    {
        var spec = Secure(new() { Privileged = true });

        var report = await RunAsync(spec, "report");

        report.CapabilitySet("effective").ShouldBe(Enumerable.Range(0, Capabilities.Names.Length).Where(number => bundles.Node.Capabilities.Contains(Capabilities.Names[number])));
        report.Text("noNewPrivileges").ShouldBe("0");
        report.Text("seccomp").ShouldBe("0");
        report.HasMount("/proc/keys").ShouldBeFalse();
        report.Mount("/sys").Options.ShouldContain("rw");
        (await RunAsync(spec, "do", "open", "/dev/kmsg", "r")).Outcome().ShouldBe("OK");
        (await RunAsync(spec, "do", "stat", "/dev/loop0")).Text("type").ShouldBe("block");
        (await TryAsync(spec, "mount")).ShouldBe("ENOENT");
    }

    [Fact]
    public async Task Devices_Given_AreThereWithTheirAccessAlone()
    {
        var spec = Secure(new() { Devices = [new() { Source = "/dev/fuse", Target = "/dev/other-fuse", Access = "r" }] });

        (await RunAsync(spec, "do", "open", "/dev/other-fuse", "r")).Outcome().ShouldBe("OK");
        (await RunAsync(spec, "do", "open", "/dev/other-fuse", "w")).Outcome().ShouldBe("EPERM");
        (await RunAsync(s_plain, "do", "open", "/dev/fuse", "r")).Outcome().ShouldBe("ENOENT");
    }

    [Fact]
    public async Task Devices_OfAFolder_AreAllThere()
    {
        var spec = Secure(new() { Devices = [new() { Source = "/dev/net", Target = "/dev/other" }] });

        (await RunAsync(spec, "do", "open", "/dev/other/tun", "rw")).Outcome().ShouldBe("OK");
    }

    [Fact]
    public async Task Devices_Usual_AreThereAndNoOthers()
    {
        var names = (await RunAsync(s_plain, "do", "list", "/dev"))["names"].Strings().Order(StringComparer.Ordinal);

        names.ShouldBe(["fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"]);
    }

    [Fact]
    public async Task Sysctls_GivenAndUsual_AreThoseOfItsNamespaces()
    {
        var spec = Secure(new() { Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.core.somaxconn", "77").Add("kernel.msgmax", "9000") });

        (await RunAsync(spec, "do", "read", "/proc/sys/net/core/somaxconn")).Content().ShouldBe("77");
        (await RunAsync(spec, "do", "read", "/proc/sys/kernel/msgmax")).Content().ShouldBe("9000");
        (await TryAsync(s_plain with { User = "web" }, "bind-80")).ShouldBe("OK");
        (await TryAsync(s_plain with { User = "web" }, "socket-ping")).ShouldBe("OK");
    }

    [Fact]
    public async Task Annotations_OfLabels_AreKeptByTheRuntime()
    {
        var spec = s_plain with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "shop") };
        var container = await bundles.CreateAsync(spec, ["trap"]);
        await using var process = await container.StartAsync();

        var state = await container.StateAsync();

        state["annotations"]!["warren.label.team"]!.GetValue<string>().ShouldBe("shop");
        await container.SignalAsync("KILL");
    }

    private static ContainerSpec Secure(SecuritySpec security) => s_plain with { Security = security };

    private async Task<string> TryAsync(ContainerSpec spec, string call) => (await RunAsync(spec, "do", "syscall", call)).Outcome();

    private async Task<JsonNode> RunAsync(ContainerSpec spec, params string[] probe) => await (await bundles.CreateAsync(spec, probe)).RunAsync();
}
