using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Warren.Containers;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class OciSpecBuilderTests
{
    [Theory]
    [InlineData("", "", "/bin/web --port 80")]
    [InlineData("", "x", "/bin/web x")]
    [InlineData("/c", "", "/c")]
    [InlineData("/c", "x y", "/c x y")]
    public void Args_CommandAndArgs_ReplaceWhatTheImageSays(string command, string args, string expected)
    {
        var spec = OciSamples.Spec() with { Command = Words(command), Args = Words(args) };

        OciSamples.Build(spec)["process"]!["args"].Strings().ShouldBe(expected.Split(' '));
    }

    [Fact]
    public void Args_NeitherImageNorSpecHasAny_IsRefused() =>
        OciSamples.Problems(OciSamples.Input(config: new())).ShouldBe(
            ["command: must be given, for the image example.test/web:1 has neither entrypoint nor arguments"]);

    [Fact]
    public void Env_ImageThenSpec_LaterWinsAndUsualVariablesAreThere()
    {
        var spec = OciSamples.Spec() with { Env = ImmutableSortedDictionary<string, string>.Empty.Add("A", "spec").Add("HOME", "/h") };
        var config = OciSamples.Config with { Env = ["A=image", "B=1", "PATH=/p", "EMPTY=", "novalue", "=noname", "B=2"] };

        OciSamples.Build(spec, config)["process"]!["env"].Strings()
            .ShouldBe(["PATH=/p", "HOSTNAME=web-1", "A=spec", "B=2", "EMPTY=", "HOME=/h"]);
    }

    [Theory]
    [InlineData(null, "", "/")]
    [InlineData(null, "/image", "/image")]
    [InlineData(null, "image", "/image")]
    [InlineData("/spec", "/image", "/spec")]
    public void WorkingDirectory_SpecThenImageThenRoot(string? spec, string image, string expected) =>
        OciSamples.Build(OciSamples.Spec() with { WorkingDirectory = spec }, OciSamples.Config with { WorkingDirectory = image })
            ["process"]!["cwd"]!.GetValue<string>().ShouldBe(expected);

    [Fact]
    public void Init_NotOnTheNode_IsRefusedWithThePackage() =>
        OciSamples.Problems(OciSamples.Input(OciSamples.Spec() with { Init = true })).ShouldBe(
            ["init: there is no init program on this node; install Debian's package 'tini', or name one in the agent's options"]);

    [Fact]
    public void Capabilities_AllDropped_LeavesThoseAdded() =>
        Bounding(new() { DropCapabilities = ["ALL"], AddCapabilities = ["CHOWN", "SYS_TIME"] }).ShouldBe(["CAP_CHOWN", "CAP_SYS_TIME"]);

    [Fact]
    public void Capabilities_AllAddedOneDropped_GivesAllButThat()
    {
        var bounding = Bounding(new() { AddCapabilities = ["ALL"], DropCapabilities = ["SYS_ADMIN"] });

        bounding.ShouldBe(Capabilities.Names.Where(name => name != "CAP_SYS_ADMIN"));
    }

    [Fact]
    public void Capabilities_NotOnThisNode_AreLeftOutOfAllAndRefusedByName()
    {
        var node = OciSamples.NodeV1 with { Capabilities = OciSamples.NodeV1.Capabilities.Remove("CAP_BPF") };

        OciSamples.Build(OciSamples.Spec(new SecuritySpec { AddCapabilities = ["ALL"] }), node: node)["process"]!["capabilities"]!["bounding"]
            .Strings().ShouldNotContain("CAP_BPF");
        OciSamples.Problems(OciSamples.Input(OciSamples.Spec(new SecuritySpec { AddCapabilities = ["BPF"] }), node: node))
            .ShouldBe(["security.addCapabilities: CAP_BPF is not to be had on this node: its kernel 6.1.0 lacks it, or the machine was started without it"]);
    }

    [Fact]
    public void Capabilities_OtherUser_HasOnlyThoseAddedByName()
    {
        var spec = OciSamples.Spec(new SecuritySpec { AddCapabilities = ["NET_ADMIN"] }) with { User = "web" };

        var sets = OciSamples.Build(spec)["process"]!["capabilities"]!;

        sets["ambient"].Strings().ShouldBe(["CAP_NET_ADMIN"]);
        sets["effective"].Strings().ShouldBe(["CAP_NET_ADMIN"]);
        sets["bounding"].Strings().Length.ShouldBe(15);
    }

    [Fact]
    public void Seccomp_KernelWithout_IsRefusedUnlessUnconfined()
    {
        var node = OciSamples.NodeV1 with { Seccomp = false };

        OciSamples.Problems(OciSamples.Input(node: node))
            .ShouldBe(["security.seccomp: this node's kernel cannot filter system calls; only unconfined can run here"]);
        OciSamples.Build(OciSamples.Spec(new SecuritySpec { Seccomp = SeccompProfile.Unconfined }), node: node)
            ["linux"]!["seccomp"].ShouldBeNull();
    }

    [Theory]
    [InlineData("SYS_ADMIN", "mount", true)]
    [InlineData("SYS_TIME", "mount", false)]
    [InlineData("SYS_TIME", "clock_settime", true)]
    [InlineData("SYS_ADMIN", "clock_settime", false)]
    public void Seccomp_Capability_AllowsItsCalls(string capability, string call, bool allowed)
    {
        var spec = OciSamples.Spec(new SecuritySpec { AddCapabilities = [capability] });

        var rules = OciSamples.Build(spec)["linux"]!["seccomp"]!["syscalls"]!.AsArray();

        rules.Any(rule => rule!["names"].Strings().Contains(call) && rule["action"]!.GetValue<string>() == "SCMP_ACT_ALLOW").ShouldBe(allowed);
    }

    [Theory]
    [InlineData(Architecture.X64, "SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32", 0)]
    [InlineData(Architecture.Arm64, "SCMP_ARCH_AARCH64 SCMP_ARCH_ARM", 0)]
    [InlineData(Architecture.S390x, "SCMP_ARCH_S390X SCMP_ARCH_S390", 1)]
    public void Seccomp_Processor_HasItsNamesAndItsOrderOfArguments(Architecture architecture, string names, int flagsArgument)
    {
        var seccomp = OciSamples.Build(OciSamples.Spec(), node: OciSamples.NodeV1 with { Architecture = architecture })["linux"]!["seccomp"]!;

        seccomp["architectures"].Strings().ShouldBe(names.Split(' '));
        var clone = seccomp["syscalls"]!.AsArray().Single(rule => rule!["names"].Strings() is ["clone"])!;
        clone["args"]![0]!["index"]!.GetValue<int>().ShouldBe(flagsArgument);
    }

    [Fact]
    public void Devices_Missing_AreRefusedByPlace() =>
        OciSamples.Problems(OciSamples.Input(OciSamples.Spec(new SecuritySpec { Devices = [new() { Source = "/dev/nosuch" }] }))).ShouldBe(
            ["security.devices[0].source: '/dev/nosuch' is no device of this node and no folder with devices"]);

    [Fact]
    public void Devices_OfLikeName_AreNotTaken()
    {
        var spec = OciSamples.Spec(new SecuritySpec { Devices = [new() { Source = "/dev/sda" }] });
        var input = OciSamples.Input(spec) with { Devices = [new("/dev/sda", true, 8, 0, 0x1B0, 0, 6), new("/dev/sda1", true, 8, 1, 0x1B0, 0, 6)] };

        OciSamples.Build(input)["linux"]!["devices"]!.AsArray().Single()!["path"]!.GetValue<string>().ShouldBe("/dev/sda");
    }

    [Fact]
    public void Memory_NoSwapAccounting_LeavesSwapOut()
    {
        var spec = OciSamples.Spec(new ResourceSpec { MemoryLimit = 1 << 24 });

        var memory = OciSamples.Build(spec, node: OciSamples.NodeV1 with { SwapAccounting = false })["linux"]!["resources"]!["memory"]!;

        memory["limit"]!.GetValue<long>().ShouldBe(1 << 24);
        memory["swap"].ShouldBeNull();
    }

    [Fact]
    public void Resources_ControllerMissing_AreAllRefused()
    {
        var spec = OciSamples.Spec(new ResourceSpec { CpuLimitMillicores = 100, MemoryLimit = 1 << 24, PidsLimit = 5, CpuShares = 100 });

        OciSamples.Problems(OciSamples.Input(spec, node: OciSamples.NodeV2 with { Controllers = [] })).ShouldBe(
        [
            "resources.cpuLimitMillicores: this node has no cgroup controller 'cpu'",
            "resources.cpuShares: this node has no cgroup controller 'cpu'",
            "resources.memoryLimit: this node has no cgroup controller 'memory'",
            "resources.pidsLimit: this node has no cgroup controller 'pids'",
        ]);
    }

    [Theory]
    [InlineData(null, null, 1024)]
    [InlineData(500, null, 512)]
    [InlineData(1, null, 2)]
    [InlineData(1_000_000, null, 262144)]
    [InlineData(500, 77, 77)]
    public void Shares_GivenOrFromTheReservation(int? reservation, int? shares, int expected) =>
        OciSamples.Build(OciSamples.Spec(new ResourceSpec { CpuReservationMillicores = reservation, CpuShares = shares }))
            ["linux"]!["resources"]!["cpu"]!["shares"]!.GetValue<int>().ShouldBe(expected);

    [Fact]
    public void Mounts_AtAStandardPlace_ReplaceIt()
    {
        var input = OciSamples.Input();
        input = input with { Request = input.Request with { Mounts = [new("bind", "/srv/shm", "/dev/shm/", ["rbind"])] } };

        OciSamples.Build(input).Mount("/dev/shm")["source"]!.GetValue<string>().ShouldBe("/srv/shm");
    }

    [Fact]
    public void Mounts_OverDev_ReplaceAllBelow()
    {
        var input = OciSamples.Input();
        input = input with { Request = input.Request with { Mounts = [new("bind", "/dev", "/dev", ["rbind"])] } };

        OciSamples.Build(input)["mounts"]!.AsArray().Select(mount => mount!["destination"]!.GetValue<string>())
            .ShouldBe(["/proc", "/sys", "/sys/fs/cgroup", "/dev"]);
    }

    [Fact]
    public void Mounts_TwoAtOnePlace_AreRefused()
    {
        var input = OciSamples.Input();
        input = input with { Request = input.Request with { Mounts = [new("bind", "/a", "/x", []), new("tmpfs", "tmpfs", "/x/", [])] } };

        OciSamples.Problems(input).ShouldBe(["mounts: more than one is at /x"]);
    }

    [Fact]
    public void Network_BridgeWithoutNamespace_IsRefused()
    {
        var input = OciSamples.Input();

        OciSamples.Problems(input with { Request = input.Request with { Network = null } })
            .ShouldBe(["network.mode: is Bridge, but no network namespace was made for the container"]);
    }

    [Fact]
    public void Sysctls_OfTheUser_ReplaceTheUsualOnes()
    {
        var spec = OciSamples.Spec(new SecuritySpec
        {
            Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.ipv4.ip_unprivileged_port_start", "1024"),
        });

        OciSamples.Build(spec)["linux"]!["sysctl"]!["net.ipv4.ip_unprivileged_port_start"]!.GetValue<string>().ShouldBe("1024");
    }

    [Fact]
    public void Problems_OfSeveralParts_AreToldTogether()
    {
        var spec = OciSamples.Spec(new SecuritySpec { Devices = [new() { Source = "/dev/nosuch" }] }) with { User = "nobody", Init = true };

        OciSamples.Problems(OciSamples.Input(spec)).Length.ShouldBe(3);
    }

    private static string[] Bounding(SecuritySpec security) =>
        OciSamples.Build(OciSamples.Spec(security))["process"]!["capabilities"]!["bounding"].Strings();

    private static ImmutableArray<string> Words(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
