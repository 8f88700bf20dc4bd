namespace Warren.Agent.Runtime.Cgroups;

/// <summary>The files of a group in version 1, a hierarchy for each controller.</summary>
internal static class SplitCgroupFiles
{
    // What the kernel shows where no limit is set: the largest number of whole pages.
    private const long LeastThatIsNoLimit = long.MaxValue - (64 * 1024);

    /// <param name="folder">The group's folder in a controller's hierarchy.</param>
    public static CgroupUse Read(Func<string, string> folder)
    {
        string Text(string controller, string file) => File.ReadAllText(Path.Combine(folder(controller), file));

        var memoryLimit = CgroupText.Number(Text("memory", "memory.limit_in_bytes"));
        var block = BlockFile(folder("blkio")) is { } file ? File.ReadAllText(file) : "";
        return new(
            CgroupText.Nanoseconds(CgroupText.Number(Text("cpuacct", "cpuacct.usage"))),
            CgroupText.Nanoseconds(CgroupText.Named(Text("cpu", "cpu.stat"), "throttled_time") ?? 0),
            CgroupText.Number(Text("memory", "memory.usage_in_bytes")),
            CgroupText.Named(Text("memory", "memory.stat"), "total_inactive_file") ?? 0,
            memoryLimit >= LeastThatIsNoLimit ? null : memoryLimit,
            CgroupText.SumOfOperation(block, "Read"),
            CgroupText.SumOfOperation(block, "Write"),
            (int)CgroupText.Number(Text("pids", "pids.current")),
            (int?)CgroupText.Limit(Text("pids", "pids.max")));
    }

    // A kernel built without throttling of block devices has neither; then nothing is counted.
    private static string? BlockFile(string folder) =>
        new[] { "blkio.throttle.io_service_bytes_recursive", "blkio.throttle.io_service_bytes" }
            .Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
