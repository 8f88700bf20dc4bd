using Warren.Tasks;

namespace Warren.Grains.Rollout;

/// <summary>A slot as a rollout sees it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Version">The version that it has.</param>
internal sealed record RolloutSlot(TaskSlot Slot, long Version)
{
    /// <summary>The newest of its tasks of the current version that nobody told to end; null: it has none.</summary>
    public TaskRecord? Newest { get; init; }

    /// <summary>Whether others of its tasks have not ended.</summary>
    public bool HasOthers { get; init; }

    /// <summary>Whether a task of it takes traffic.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether its node is unreachable or lost, so that nothing can be replaced there now.</summary>
    public bool IsOutOfReach { get; init; }

    /// <summary>Whether its node is lost, and the slot stays with it.</summary>
    public bool IsLost { get; init; }

    /// <summary>Whether one task is giving way to another.</summary>
    public bool IsMoving { get; init; }

    /// <summary>Why it gets no further task; null if it does.</summary>
    public string? GivenUp { get; init; }

    /// <summary>Whether its task ends before the next one starts.</summary>
    public bool IsStopFirst { get; init; }
}
