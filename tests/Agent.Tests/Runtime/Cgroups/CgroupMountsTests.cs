using Warren.Agent.Runtime.Cgroups;

namespace Warren.Agent.Tests.Runtime.Cgroups;

/// <summary>Where control groups are, by the mounts of several machines.</summary>
public sealed class CgroupMountsTests
{
    [Fact]
    public void Parse_Unified_HasOneRoot()
    {
        var mounts = CgroupMounts.Parse(["30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot"]);
        mounts.IsUnified.ShouldBeTrue();
        mounts.Folder("memory", "/warren/web.1").ShouldBe("/sys/fs/cgroup/memory/warren/web.1");
        mounts.Folder("", "/warren/web.1").ShouldBe("/sys/fs/cgroup/warren/web.1");
        mounts.Folders("/warren/web.1").ShouldBe(["/sys/fs/cgroup/warren/web.1"]);
    }

    [Fact]
    public void Parse_SplitWithUnifiedBeside_IsSplit()
    {
        var mounts = CgroupMounts.Parse(
        [
            "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755",
            "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:10 - cgroup cgroup rw,cpu,cpuacct",
            "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
            "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd",
            "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
        ]);
        mounts.IsUnified.ShouldBeFalse();
        mounts.Folder("cpuacct", "/warren").ShouldBe("/sys/fs/cgroup/cpu,cpuacct/warren");
        mounts.Folders("/w").Order().ShouldBe(["/sys/fs/cgroup/cpu,cpuacct/w", "/sys/fs/cgroup/memory/w", "/sys/fs/cgroup/systemd/w", "/sys/fs/cgroup/unified/w"]);
    }

    [Fact]
    public void Parse_None_IsRefused() =>
        Should.Throw<InvalidDataException>(() => CgroupMounts.Parse(["22 27 0:21 / /proc rw - proc proc rw"])).Message.ShouldContain("no control groups");
}
