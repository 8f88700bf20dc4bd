using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>
/// Which of the copies that an agent reports, after it was away, go on. Those of tasks that were given up meanwhile have successors with
/// greater generations, and must not run beside them.
/// </summary>
internal static class NodeReturn
{
    /// <summary>Judges each copy by what is known of its task, null if nothing is.</summary>
    public static ImmutableArray<CopyVerdict> Judge(NodeId node, IEnumerable<TaskId> copies, Func<TaskId, TaskRecord?> known) =>
        [.. copies.Distinct().Order().Select(copy => Judge(node, copy, known(copy)))];

    private static CopyVerdict Judge(NodeId node, TaskId copy, TaskRecord? task) => task switch
    {
        null => new(copy, false, "no such task is known; it was removed"),
        { Node: var other } when other != node => new(copy, false, other is null ? "it was never placed here" : $"it is on {other}"),
        { Observed.State: TaskState.Orphaned } => new(copy, false, "it was given up when the node was lost, and a later generation took its place"),
        { Observed.State.IsFinal: true } => new(copy, false, $"it has ended as {task.Observed.State}"),
        { Desired: >= DesiredState.Shutdown } => new(copy, false, task.DesiredReason),
        _ => new(copy, true, "meant to run here"),
    };
}
