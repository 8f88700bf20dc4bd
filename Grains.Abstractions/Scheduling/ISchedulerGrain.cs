using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Nodes;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Scheduling;

/// <summary>
/// Places pending tasks in batches; key <see cref="Key"/>. It stores nothing: a new activation asks nodes, volumes and services again. Two of them at
/// once do no harm, since nodes admit.
/// </summary>
[Alias("warren.scheduler-grain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "scheduler";

    /// <summary>Tasks want a node. Returns at once; saying it twice is saying it once.</summary>
    [Alias("EnqueueAsync"), AlwaysInterleave]
    Task EnqueueAsync(ImmutableArray<PendingTask> tasks);

    /// <summary>Tasks want a node no more.</summary>
    [Alias("WithdrawAsync"), AlwaysInterleave]
    Task WithdrawAsync(ImmutableArray<TaskId> tasks);

    /// <summary>A node has changed, in its reservations too.</summary>
    /// <param name="id">The node.</param>
    /// <param name="node">As it is; null: it was removed.</param>
    /// <param name="version">Its <see cref="NodeRecord.Version"/>; what is older than what is known is late.</param>
    [Alias("NodeChangedAsync"), AlwaysInterleave]
    Task NodeChangedAsync(NodeId id, NodeRecord? node, long version);

    /// <summary>A volume was made, has come to be on a node, or (null) is gone.</summary>
    [Alias("VolumeChangedAsync"), AlwaysInterleave]
    Task VolumeChangedAsync(VolumeName name, VolumeRecord? volume);

    /// <summary>Finds moves that spread a service more evenly; the caller carries them out.</summary>
    /// <param name="requirements">What the service's tasks need.</param>
    /// <param name="movable">All tasks of the service, each ready and none being replaced: any of them may be moved.</param>
    /// <param name="maxMoves">The most moves at once.</param>
    /// <returns>The tasks to move, with why.</returns>
    /// <exception cref="TimeoutException">No move was found, but not all nodes have answered yet: it is to be asked again.</exception>
    [Alias("FindMovesAsync")]
    Task<ImmutableArray<TaskIntention>> FindMovesAsync(PlacementRequirements requirements, ImmutableArray<TaskRecord> movable, int maxMoves);

    /// <summary>Where tasks would be placed if they were there now. Nothing is placed.</summary>
    /// <param name="tasks">Tasks that would wait for a node, besides those that do.</param>
    /// <param name="ending">Tasks that would end, and whose room would be free.</param>
    /// <returns>One for each of the tasks.</returns>
    [Alias("ForecastAsync")]
    Task<ImmutableArray<PlacementForecast>> ForecastAsync(ImmutableArray<PendingTask> tasks, ImmutableArray<TaskId> ending);
}
