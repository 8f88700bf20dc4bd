namespace Warren.Agent.Runtime.Cgroups;

/// <summary>What a control group uses, as in <see cref="ContainerStats"/>.</summary>
internal sealed record CgroupUse(
    TimeSpan CpuTime,
    TimeSpan CpuThrottled,
    long MemoryWithCache,
    long InactiveFileCache,
    long? MemoryLimit,
    long BlockRead,
    long BlockWritten,
    int Pids,
    int? PidsLimit);
