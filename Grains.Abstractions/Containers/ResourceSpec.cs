namespace Warren.Containers;

/// <summary>What a container is promised and may use. Limits are enforced by the kernel, reservations by the scheduler.</summary>
[GenerateSerializer, Alias("warren.resource-spec"), Immutable]
public sealed record ResourceSpec
{
    /// <summary>Nothing promised, no limits.</summary>
    public static ResourceSpec Default { get; } = new();

    /// <summary>The most processor time, in thousandths of a core; at least 10. Default: no limit.</summary>
    [Id(0)]
    public int? CpuLimitMillicores { get; init; }

    /// <summary>What the scheduler sets aside, in thousandths of a core; also the weight under contention. Default: nothing.</summary>
    [Id(1)]
    public int? CpuReservationMillicores { get; init; }

    /// <summary>Weight under contention, 2 to 262144, in cgroup v1's unit. Default: from the reservation (1024 a core), else 1024.</summary>
    [Id(2)]
    public int? CpuShares { get; init; }

    /// <summary>The most memory, in bytes, at least 6 MiB; more ends in an OOM kill. Swap is not added. Default: no limit.</summary>
    [Id(3)]
    public long? MemoryLimit { get; init; }

    /// <summary>What the scheduler sets aside, in bytes; also what is kept under pressure. Default: nothing.</summary>
    [Id(4)]
    public long? MemoryReservation { get; init; }

    /// <summary>The most processes and threads. Default: no limit.</summary>
    [Id(5)]
    public int? PidsLimit { get; init; }

    /// <summary>The size of <c>/dev/shm</c>, in bytes. Default: 64 MiB.</summary>
    [Id(6)]
    public long? SharedMemorySize { get; init; }

    /// <summary>-1000 to 1000; the higher, the sooner the kernel picks it when memory runs out. Default: 0.</summary>
    [Id(7)]
    public int? OomScoreAdjustment { get; init; }
}
