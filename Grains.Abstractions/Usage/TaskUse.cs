using Warren.Tasks;

namespace Warren.Usage;

/// <summary>What a task uses, by the accounts of the kernel. What is null is not known, or not counted by that kernel.</summary>
[GenerateSerializer, Alias("warren.task-use"), Immutable]
public sealed record TaskUse
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required TaskId Task { get; init; }

    /// <summary>When it was measured, by the node's clock.</summary>
    [Id(1)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Why nothing could be measured, for people; null: it was.</summary>
    [Id(2)]
    public string? Problem { get; init; }

    /// <summary>The processors in use on the average since the measurement before.</summary>
    [Id(3)]
    public double? Cores { get; init; }

    /// <summary>The processors that its limit kept from it, likewise.</summary>
    [Id(4)]
    public double? CoresThrottled { get; init; }

    /// <summary>Memory in use without file cache that can be taken back, in bytes.</summary>
    [Id(5)]
    public long Memory { get; init; }

    /// <summary>The limit of its memory, in bytes; null: none.</summary>
    [Id(6)]
    public long? MemoryLimit { get; init; }

    /// <summary>Processes and threads.</summary>
    [Id(7)]
    public int Pids { get; init; }

    /// <summary>The limit of <see cref="Pids"/>; null: none.</summary>
    [Id(8)]
    public int? PidsLimit { get; init; }

    /// <summary>Received from the network since its start, in bytes; null with the node's own network.</summary>
    [Id(9)]
    public CountedBytes? NetworkReceived { get; init; }

    /// <summary>Sent to the network, likewise.</summary>
    [Id(10)]
    public CountedBytes? NetworkSent { get; init; }

    /// <summary>Read from block devices since its start.</summary>
    [Id(11)]
    public CountedBytes? BlockRead { get; init; }

    /// <summary>Written to block devices, likewise.</summary>
    [Id(12)]
    public CountedBytes? BlockWritten { get; init; }
}
