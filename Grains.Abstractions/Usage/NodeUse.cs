using System.Collections.Immutable;

namespace Warren.Usage;

/// <summary>What a node's machine and its tasks use.</summary>
[GenerateSerializer, Alias("warren.node-use"), Immutable]
public sealed record NodeUse
{
    /// <summary>When it was measured, by the node's clock.</summary>
    [Id(0)]
    public required DateTimeOffset At { get; init; }

    /// <summary>The processors in use on the average since the measurement before, by everything on the machine; null: that is not known yet.</summary>
    [Id(1)]
    public double? Cores { get; init; }

    /// <summary>How many processors there are.</summary>
    [Id(2)]
    public required int CoresTotal { get; init; }

    /// <summary>Memory that is neither free nor can be freed at once, in bytes.</summary>
    [Id(3)]
    public required long Memory { get; init; }

    /// <summary>All memory, in bytes.</summary>
    [Id(4)]
    public required long MemoryTotal { get; init; }

    /// <summary>What is used of the disk with the agent's data folder, in bytes.</summary>
    [Id(5)]
    public required long Disk { get; init; }

    /// <summary>The size of that disk, in bytes.</summary>
    [Id(6)]
    public required long DiskTotal { get; init; }

    /// <summary>The tasks that run, if they were asked for. Default: none.</summary>
    [Id(7)]
    public ImmutableArray<TaskUse> Tasks { get; init; } = [];

    /// <summary>Why the tasks are not there, for people; null: they are.</summary>
    [Id(8)]
    public string? TasksProblem { get; init; }
}
