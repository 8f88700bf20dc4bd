using Warren.Agent.Runtime.Oci;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class NodeFactsReaderTests : IDisposable
{
    private readonly TempFolder _root = TempFolder.Create("facts");

    public NodeFactsReaderTests()
    {
        Write("proc/self/status", "Name:\tx\nCapBnd:\t0000000000000005\n");
        Write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Read_OldHierarchies_FindsControllersAndSwap()
    {
        Write("sys/fs/cgroup/cpu,cpuacct/cgroup.procs", "");
        Write("sys/fs/cgroup/memory/cgroup.procs", "");
        Write("sys/fs/cgroup/memory/memory.memsw.limit_in_bytes", "");
        Directory.CreateSymbolicLink(_root.File("sys/fs/cgroup/cpu"), "cpu,cpuacct");
        // As systemd's hybrid layout has it; there the unified hierarchy has no controllers.
        Write("sys/fs/cgroup/unified/cgroup.controllers", "");
        Write("sys/fs/cgroup/unified/cgroup.procs", "");

        var facts = NodeFactsReader.Read(_root.Path);

        facts.Cgroups.ShouldBe(CgroupVersion.V1);
        facts.Controllers.ShouldContain("cpu");
        facts.Controllers.ShouldContain("memory");
        facts.Controllers.ShouldNotContain("pids");
        facts.SwapAccounting.ShouldBeTrue();
    }

    [Fact]
    public void Read_UnifiedHierarchy_FindsControllersAndSwap()
    {
        Write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu memory pids\n");
        Write("sys/fs/cgroup/system.slice/memory.swap.max", "max\n");

        var facts = NodeFactsReader.Read(_root.Path);

        facts.Cgroups.ShouldBe(CgroupVersion.V2);
        facts.Controllers.ShouldBe(["cpu", "cpuset", "memory", "pids"]);
        facts.SwapAccounting.ShouldBeTrue();
    }

    [Fact]
    public void Read_KernelFiles_GiveCapabilitiesVersionAndFilters()
    {
        Write("proc/sys/kernel/seccomp/actions_avail", "kill_process\n");
        Write("sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "0\n");
        Directory.CreateDirectory(_root.File("sys/devices/system/cpu/cpu0"));

        var facts = NodeFactsReader.Read(_root.Path);

        facts.Capabilities.Order().ShouldBe(["CAP_CHOWN", "CAP_DAC_READ_SEARCH"]);
        facts.Kernel.ShouldBe(new Version(6, 1, 0));
        facts.RecursiveReadOnly.ShouldBeTrue();
        facts.Seccomp.ShouldBeTrue();
        facts.SwapAccounting.ShouldBeFalse();
        facts.CgroupNamespaces.ShouldBeFalse();
        facts.ThermalFolders.ShouldBe(["/sys/devices/system/cpu/cpu1/thermal_throttle"]);
    }

    [Theory]
    [InlineData("5.10", 5, 10)]
    [InlineData("6.18.44-fc-v595", 6, 18)]
    [InlineData("5.4.0-1103-aws", 5, 4)]
    public void ParseRelease_OfDistributions_TakesTheNumbers(string release, int major, int minor)
    {
        var version = NodeFactsReader.ParseRelease(release);

        (version.Major, version.Minor).ShouldBe((major, minor));
    }

    [Fact]
    public void ParseRelease_NoNumbers_NamesTheText() =>
        Should.Throw<IOException>(() => NodeFactsReader.ParseRelease("linux")).Message
            .ShouldBe("the kernel's release 'linux' does not begin with a version number");

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root.File(path))!);
        File.WriteAllText(_root.File(path), text);
    }
}
