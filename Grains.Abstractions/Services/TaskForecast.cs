using Warren.Nodes;
using Warren.Scheduling;
using Warren.Tasks;

namespace Warren.Services;

/// <summary>What would become of one slot of a service.</summary>
[GenerateSerializer, Alias("warren.task-forecast"), Immutable]
public sealed record TaskForecast
{
    /// <summary>What would become of it.</summary>
    [Id(0)]
    public required TaskFate Fate { get; init; }

    /// <summary>The slot.</summary>
    [Id(1)]
    public required TaskSlot Slot { get; init; }

    /// <summary>The task that is there; null if there is none.</summary>
    [Id(2)]
    public TaskId? Task { get; init; }

    /// <summary>Its node; null if it has none.</summary>
    [Id(3)]
    public NodeId? Node { get; init; }

    /// <summary>Why, for people; empty where there is nothing to say.</summary>
    [Id(4)]
    public string Reason { get; init; } = "";

    /// <summary>The task that would be made, as the scheduler takes it; null if none would, or not at once.</summary>
    [Id(5)]
    public PendingTask? Successor { get; init; }
}
