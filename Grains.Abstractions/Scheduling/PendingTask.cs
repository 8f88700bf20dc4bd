using Warren.Tasks;

namespace Warren.Scheduling;

/// <summary>A task that waits for a node. That of a global service waits for the node of its slot.</summary>
[GenerateSerializer, Alias("warren.pending-task"), Immutable]
public sealed record PendingTask
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required TaskId Id { get; init; }

    /// <summary>What it needs.</summary>
    [Id(1)]
    public required PlacementRequirements Requirements { get; init; }

    /// <summary>Since when it waits: of equal priority the longest first.</summary>
    [Id(2)]
    public required DateTimeOffset Since { get; init; }
}
