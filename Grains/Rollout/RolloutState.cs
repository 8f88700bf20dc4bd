using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Rollout;

/// <summary>
/// A rollout as it is stored: it goes on from here after any restart. Versions are <see
/// cref="Warren.Services.ServiceRevision.TaskVersion"/>s. Other strategies
/// and the way back to <see cref="From"/> are further values of its enums and further members.
/// </summary>
internal sealed record RolloutState
{
    /// <summary>The version that the slots get.</summary>
    public required long Target { get; init; }

    /// <summary>The version before, which slots keep until they are reached.</summary>
    public required long From { get; init; }

    /// <summary>In which way.</summary>
    public RolloutStrategy Strategy { get; init; }

    /// <summary>Where it stands.</summary>
    public required RolloutPhase Phase { get; init; }

    /// <summary>Since when it stands there.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why it stands there, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The slots that are being replaced: the batch.</summary>
    public ImmutableSortedDictionary<TaskSlot, OpenSlot> Open { get; init; } = ImmutableSortedDictionary<TaskSlot, OpenSlot>.Empty;

    /// <summary>When the last batch was done. The next one begins after the delay. Null: none was.</summary>
    public DateTimeOffset? BatchDoneAt { get; init; }

    /// <summary>How many slots have got the new version.</summary>
    public int Updated { get; init; }

    /// <summary>How many new tasks failed before they counted.</summary>
    public int Failures { get; init; }

    /// <summary>A slot that is being replaced, null if it is not.</summary>
    public OpenSlot? OpenSlot(TaskSlot slot) => Open.GetValueOrDefault(slot);
}
