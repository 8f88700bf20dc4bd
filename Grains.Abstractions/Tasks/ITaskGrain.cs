using Orleans.Concurrency;
using Warren.Nodes;

namespace Warren.Tasks;

/// <summary>
/// One attempt to run one replica, by its <see cref="TaskId"/>: the sole writer of what is observed of it. It calls no other grain, so that anyone
/// may call it.
/// </summary>
[Alias("warren.task-grain")]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>Takes the copy that the task's service stores. Stored only if the service's own copy does not say it: it is told again.</summary>
    /// <returns>The task as it is then.</returns>
    [Alias("TakeAsync")]
    Task<TaskRecord> TakeAsync(TaskRecord wanted);

    /// <summary>A node has promised room for the task.</summary>
    /// <returns>The task as it is then; null if none of the id is known, and the promise is to be taken back.</returns>
    [Alias("AssignAsync")]
    Task<TaskRecord?> AssignAsync(NodeId node);

    /// <summary>What the task's node saw. Returns once it is stored.</summary>
    /// <returns>The task as it is then; null if none of the id is known.</returns>
    [Alias("ReportAsync")]
    Task<TaskRecord?> ReportAsync(TaskReport report);

    /// <summary>The task as it is; null if none of the id is known.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<TaskRecord?> GetAsync();

    /// <summary>Its service has forgotten it: so does the grain.</summary>
    [Alias("ForgetAsync")]
    Task ForgetAsync();
}
