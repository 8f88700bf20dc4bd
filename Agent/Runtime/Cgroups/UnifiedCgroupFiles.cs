namespace Warren.Agent.Runtime.Cgroups;

/// <summary>The files of a group in version 2.</summary>
internal static class UnifiedCgroupFiles
{
    public static CgroupUse Read(string folder)
    {
        string Text(string file) => File.ReadAllText(Path.Combine(folder, file));

        var cpu = Text("cpu.stat");
        var io = Path.Combine(folder, "io.stat");
        var block = File.Exists(io) ? File.ReadAllText(io) : "";
        return new(
            CgroupText.Microseconds(CgroupText.Named(cpu, "usage_usec") ?? 0),
            CgroupText.Microseconds(CgroupText.Named(cpu, "throttled_usec") ?? 0),
            CgroupText.Number(Text("memory.current")),
            CgroupText.Named(Text("memory.stat"), "inactive_file") ?? 0,
            CgroupText.Limit(Text("memory.max")),
            CgroupText.SumOfKey(block, "rbytes"),
            CgroupText.SumOfKey(block, "wbytes"),
            (int)CgroupText.Number(Text("pids.current")),
            (int?)CgroupText.Limit(Text("pids.max")));
    }
}
