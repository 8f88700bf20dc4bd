using Warren.Tasks;

namespace Warren.Grains.Rollout;

/// <summary>A slot that a rollout is replacing. Times are the manager's.</summary>
internal sealed record OpenSlot
{
    /// <summary>When it was begun.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The generation of the new task whose life is watched; 0 before it was made.</summary>
    public int Generation { get; init; }

    /// <summary>When its process was first seen to start. Null: not yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Since when it has been ready without a break. Null: it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>The last generation whose failure was counted; 0: none failed.</summary>
    public int FailedGeneration { get; init; }

    /// <summary>Whether the new task has stayed ready long enough to count.</summary>
    public bool IsProven(TaskRecord task, TimeSpan monitor, DateTimeOffset now) =>
        Generation == task.Id.Generation && ReadySince is { } since && now - since >= monitor;
}
