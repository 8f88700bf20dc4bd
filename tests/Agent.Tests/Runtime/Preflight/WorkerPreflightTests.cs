using Warren.Agent.Runtime.Preflight;

namespace Warren.Agent.Tests.Runtime.Preflight;

/// <summary>What keeps a worker from starting, by facts made up.</summary>
public sealed class WorkerPreflightTests
{
    private static readonly WorkerFacts s_good = new()
    {
        EffectiveUser = 0,
        HasSystemAdmin = true,
        HasNetworkAdmin = true,
        Kernel = new(6, 1, 0),
        Controllers = ["cpu", "cpuset", "memory", "pids"],
        Socket = "/run/containerd/containerd.sock",
        ContainerdVersion = "1.6.20~ds1",
        IsContainerdInstalled = true,
        Snapshotter = "overlayfs",
        SnapshotterFailure = "",
        ShimProgram = "containerd-shim-runc-v2",
        IsShimInstalled = true,
        RuncProgram = "runc",
        RuncVersion = "runc version 1.1.5+ds1",
        NftVersion = "nftables v1.0.6 (Lester Gooch #5)",
        LoggerProgram = "/usr/lib/warren/warren-log",
        IsLoggerInstalled = true,
    };

    [Theory]
    [InlineData("1.6.20~ds1")]
    [InlineData("1.7.24")]
    [InlineData("v2.0.0-rc.1")]
    [InlineData("2.3.3")]
    public void FindProblems_AllThere_FindsNone(string containerd) =>
        WorkerPreflight.FindProblems(s_good with { ContainerdVersion = containerd }).ShouldBeEmpty();

    [Fact]
    public void FindProblems_NothingThere_FindsAllAtOnce()
    {
        var facts = s_good with
        {
            EffectiveUser = 1000,
            HasSystemAdmin = false,
            HasNetworkAdmin = false,
            Kernel = new(5, 4, 0),
            Controllers = ["cpu", "cpuset"],
            ContainerdVersion = null,
            ContainerdFailure = "containerd cannot be reached (there is no socket /run/containerd/containerd.sock)",
            IsContainerdInstalled = false,
            SnapshotterFailure = null,
            IsShimInstalled = false,
            RuncVersion = null,
            NftVersion = null,
            IsLoggerInstalled = false,
        };
        WorkerPreflight.FindProblems(facts).ShouldBe(
        [
            "a worker must run as root, this is user 1000; start it by its systemd unit, or with sudo",
            "the kernel is 5.4.0, at least 5.6 is needed; Debian 11 and later have one (package linux-image-amd64)",
            "the kernel offers no control group for memory, pids; look at the kernel's command line (cgroup_enable=memory, cgroup_disable=)",
            "containerd is not installed (containerd cannot be reached (there is no socket /run/containerd/containerd.sock)); install the Debian package containerd",
            "containerd-shim-runc-v2 is not in the PATH; it comes with the Debian package containerd",
            "runc is not installed or cannot be run; install the Debian package runc",
            "nft is not installed or cannot be run; install the Debian package nftables",
            "/usr/lib/warren/warren-log, which keeps the output of containers, is missing or may not be executed; install Warren again",
        ]);
    }

    [Fact]
    public void FindProblems_TooOld_NamesBothVersionsAndThePackage()
    {
        var facts = s_good with { ContainerdVersion = "1.4.13", RuncVersion = "runc version 1.0.0-rc93", NftVersion = "nftables v0.9.0 (Fearless Fosdick)" };
        WorkerPreflight.FindProblems(facts).ShouldBe(
        [
            "containerd is 1.4.13, at least 1.6 is needed; upgrade the Debian package containerd",
            "runc is 1.0.0, at least 1.1 is needed; upgrade the Debian package runc",
            "nft is 0.9.0, at least 0.9.8 is needed; upgrade the Debian package nftables",
        ]);
    }

    [Fact]
    public void FindProblems_RootWithoutCapabilities_NamesThem() =>
        WorkerPreflight.FindProblems(s_good with { HasSystemAdmin = false, HasNetworkAdmin = false }).ShouldBe(
        [
            "this process lacks CAP_SYS_ADMIN, without which it cannot mount; it seems to run in a container that is not privileged",
            "this process lacks CAP_NET_ADMIN, without which it cannot connect containers",
        ]);

    [Fact]
    public void FindProblems_ContainerdInstalledAndSilent_SaysWhy() =>
        WorkerPreflight.FindProblems(s_good with { ContainerdVersion = null, ContainerdFailure = "nobody listens at the socket /x" })
            .ShouldBe(["containerd does not answer: nobody listens at the socket /x; look at 'systemctl status containerd'"]);

    [Fact]
    public void FindProblems_NoSnapshotter_SaysWhere()
    {
        WorkerPreflight.FindProblems(s_good with { SnapshotterFailure = null })
            .ShouldBe(["containerd has no snapshotter overlayfs; look at disabled_plugins in /etc/containerd/config.toml"]);
        WorkerPreflight.FindProblems(s_good with { SnapshotterFailure = "no such device" }).ShouldHaveSingleItem()
            .ShouldStartWith("containerd's snapshotter overlayfs does not work: no such device;");
    }

    [Theory]
    [InlineData("io.containerd.runc.v2", "containerd-shim-runc-v2")]
    [InlineData("io.containerd.kata.v2", "containerd-shim-kata-v2")]
    [InlineData("/opt/shims/containerd-shim-own-v1", "/opt/shims/containerd-shim-own-v1")]
    public void ShimProgram_Runtime_IsFoundAsContainerdDoes(string runtime, string program) =>
        WorkerFactsReader.ShimProgram(runtime).ShouldBe(program);
}
