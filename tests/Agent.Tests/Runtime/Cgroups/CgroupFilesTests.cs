using Warren.Agent.Runtime.Cgroups;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Runtime.Cgroups;

/// <summary>Files of control groups as kernels of both versions write them.</summary>
public sealed class CgroupFilesTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("cgroup");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_VersionTwo_TakesEachNumberFromItsFile()
    {
        Write("cpu.stat", "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\nnr_periods 20\nnr_throttled 5\nthrottled_usec 250000\n");
        Write("memory.current", "73400320\n");
        Write("memory.stat", "anon 52428800\nfile 20971520\ninactive_anon 0\nactive_file 1\ninactive_file 10485760\n");
        Write("memory.max", "104857600\n");
        Write("io.stat", "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n253:0 rbytes=100 wbytes=200 rios=1 wios=1 dbytes=0 dios=0\n");
        Write("pids.current", "7\n");
        Write("pids.max", "100\n");
        UnifiedCgroupFiles.Read(_folder.Path).ShouldBe(new CgroupUse(
            TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(0.25), 73400320, 10485760, 104857600, 4196, 8392, 7, 100));
    }

    [Fact]
    public void Read_VersionTwoWithoutLimits_HasNone()
    {
        Write("cpu.stat", "usage_usec 10\n");
        Write("memory.current", "4096\n");
        Write("memory.stat", "anon 4096\n");
        Write("memory.max", "max\n");
        Write("pids.current", "1\n");
        Write("pids.max", "max\n");
        UnifiedCgroupFiles.Read(_folder.Path).ShouldBe(new CgroupUse(TimeSpan.FromMicroseconds(10), TimeSpan.Zero, 4096, 0, null, 0, 0, 1, null));
    }

    [Fact]
    public void Read_VersionOne_TakesEachNumberFromItsFile()
    {
        Write("cpuacct/cpuacct.usage", "1500000000\n");
        Write("cpu/cpu.stat", "nr_periods 20\nnr_throttled 5\nthrottled_time 250000000\n");
        Write("memory/memory.limit_in_bytes", "104857600\n");
        Write("memory/memory.usage_in_bytes", "73400320\n");
        Write("memory/memory.stat", "cache 1\ninactive_file 2\ntotal_cache 3\ntotal_inactive_file 10485760\n");
        Write("blkio/blkio.throttle.io_service_bytes_recursive", "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 1\n8:0 Total 12288\n253:0 Read 100\n253:0 Write 200\nTotal 12588\n");
        Write("pids/pids.current", "7\n");
        Write("pids/pids.max", "100\n");
        SplitCgroupFiles.Read(Folder).ShouldBe(new CgroupUse(
            TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(0.25), 73400320, 10485760, 104857600, 4196, 8392, 7, 100));
    }

    [Fact]
    public void Read_VersionOneWithoutLimits_HasNone()
    {
        Write("cpuacct/cpuacct.usage", "0\n");
        Write("cpu/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n");
        Write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("memory/memory.usage_in_bytes", "0\n");
        Write("memory/memory.stat", "total_inactive_file 0\n");
        Write("pids/pids.current", "0\n");
        Write("pids/pids.max", "max\n");
        SplitCgroupFiles.Read(Folder).ShouldBe(new CgroupUse(TimeSpan.Zero, TimeSpan.Zero, 0, 0, null, 0, 0, 0, null));
    }

    [Theory]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3)]
    [InlineData("low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\noom_group_kill 0\n", 3)]
    public void Named_CountOfKills_IsNotTakenFromALongerName(string text, long count) => CgroupText.Named(text, "oom_kill").ShouldBe(count);

    private string Folder(string controller) => Path.Combine(_folder.Path, controller);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
