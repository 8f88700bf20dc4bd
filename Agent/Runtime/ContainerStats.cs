namespace Warren.Agent.Runtime;

/// <summary>What a container uses, from the kernel's own accounts. Counters grow from the start of the container.</summary>
public sealed record ContainerStats
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When the counters were read, by <see cref="TimeProvider.GetTimestamp"/>, a clock that is never set: rates are of the time between two of these.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Processor time used.</summary>
    public required TimeSpan CpuTime { get; init; }

    /// <summary>Processor time that the CPU limit kept from it.</summary>
    public required TimeSpan CpuThrottled { get; init; }

    /// <summary>Memory in use, in bytes, with file cache.</summary>
    public required long MemoryWithCache { get; init; }

    /// <summary>Memory in use, in bytes, without the file cache that the kernel can take back (the inactive part), as Docker shows it.</summary>
    public required long Memory { get; init; }

    /// <summary>The memory limit, in bytes, if any.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Bytes received and sent by its network namespace, without loopback. Null with the node's network.</summary>
    public long? NetworkReceived { get; init; }

    /// <inheritdoc cref="NetworkReceived"/>
    public long? NetworkSent { get; init; }

    /// <summary>Bytes read from and written to block devices.</summary>
    public required long BlockRead { get; init; }

    /// <inheritdoc cref="BlockRead"/>
    public required long BlockWritten { get; init; }

    /// <summary>Processes and threads.</summary>
    public required int Pids { get; init; }

    /// <summary>The limit of <see cref="Pids"/>, if any.</summary>
    public int? PidsLimit { get; init; }
}
