using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Rollout;

/// <summary>A rollout after a step.</summary>
/// <param name="State">Where it stands, the same object if nothing changed; null if there is none.</param>
internal sealed record RolloutStep(RolloutState? State)
{
    /// <summary>Slots that have the new version now.</summary>
    public ImmutableArray<TaskSlot> Updated { get; init; } = [];

    /// <summary>New tasks that took too long to become ready, with the reason, to be stopped.</summary>
    public ImmutableArray<(TaskRecord Task, string Reason)> TimedOut { get; init; } = [];

    /// <summary>When the next step is due though nothing happens. Null: never.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>What it waits for, for people.</summary>
    public ImmutableArray<string> Waits { get; init; } = [];
}
