using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// What is to be done about a service. Each task of the snapshot has one decision. <see cref="Next"/> is stored first; then the grains of
/// the tasks
/// are told, which may be repeated at any time, since it only says what <see cref="Next"/> says.
/// </summary>
internal sealed record ServicePlan
{
    /// <summary>The decision about each task that was there, in the order of their ids.</summary>
    public required ImmutableArray<TaskDecision> Decisions { get; init; }

    /// <summary>New tasks; those that are <see cref="TaskState.Pending"/> may be placed at once.</summary>
    public required ImmutableArray<TaskRecord> Create { get; init; }

    /// <summary>The state with all of it done.</summary>
    public required ServiceState Next { get; init; }

    /// <summary>When something is due though nothing happens. Null: nothing is.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>What the service as a whole waits for, for people; empty when it does not.</summary>
    public ImmutableArray<string> Waits { get; init; } = [];

    /// <summary>Whether a removed service has nothing left.</summary>
    public bool IsGone => Next.IsRemoving && Next.Tasks.IsEmpty;

    /// <summary>Whether there is anything to store or to tell.</summary>
    public bool IsChange { get; init; }

    /// <summary>The decisions of a bucket.</summary>
    public IEnumerable<TaskDecision> In(TaskAction action) => Decisions.Where(decision => decision.Action == action);
}
