using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Warren.Grains.Jobs;
using Warren.Grains.Rollout;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>All that a service's grain stores: what was asked for, the slots, and its own copy of each task.</summary>
internal sealed record ServiceState
{
    /// <summary>The name.</summary>
    public required ServiceName Name { get; init; }

    /// <summary>
    /// Versions of the spec that something still needs, oldest first; the last one is the current one. Empty: no such service.
    /// </summary>
    public ImmutableArray<ServiceRevision> Revisions { get; init; } = [];

    /// <summary>Whether the service goes, once all that its tasks left on nodes is gone.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>
    /// The generation of the next task; kept when the service is removed, so that a new one of the name goes on counting.
    /// </summary>
    public int NextGeneration { get; init; } = 1;

    /// <summary>The slots of a replicated or global service.</summary>
    public ImmutableSortedDictionary<TaskSlot, SlotState> Slots { get; init; } = ImmutableSortedDictionary<TaskSlot, SlotState>.Empty;

    /// <summary>
    /// Each task that is there. What is meant to become of it is decided here; what is observed is the copy of what its own grain last
    /// said.
    /// </summary>
    public ImmutableSortedDictionary<TaskId, TaskRecord> Tasks { get; init; } = ImmutableSortedDictionary<TaskId, TaskRecord>.Empty;

    /// <summary>The latest rollout. Null: there was none.</summary>
    public RolloutState? Rollout { get; init; }

    /// <summary>The runs of a job or cron job. Null: none yet.</summary>
    public RunsState? Runs { get; init; }

    /// <summary>The current version.</summary>
    [JsonIgnore]
    public ServiceRevision Current => Revisions[^1];

    /// <summary>The version that a task runs, which is kept as long as the task is.</summary>
    public ServiceRevision RevisionOf(TaskRecord task) => RevisionOf(task.SpecVersion);

    /// <summary>A version; the earliest one that is left if it is gone.</summary>
    public ServiceRevision RevisionOf(long version)
    {
        foreach (var revision in Revisions)
        {
            if (revision.Version >= version) return revision;
        }

        return Current;
    }

    /// <summary>
    /// The latest version whose tasks are those of <paramref name="taskVersion"/>; the current one if there is none left.
    /// </summary>
    public ServiceRevision LatestOf(long taskVersion)
    {
        for (var i = Revisions.Length - 1; i >= 0; i--)
        {
            if (Revisions[i].TaskVersion == taskVersion) return Revisions[i];
        }

        return Current;
    }
}
