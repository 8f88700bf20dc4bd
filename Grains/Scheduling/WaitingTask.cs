using Warren.Scheduling;

namespace Warren.Grains.Scheduling;

/// <summary>A task that no node can take now.</summary>
/// <param name="Task">The task.</param>
/// <param name="Refusals">Why not, shared by tasks of one kind.</param>
internal readonly record struct WaitingTask(PendingTask Task, RefusalSummary Refusals)
{
    /// <summary><c>no suitable node: 2 drained, 1 needs 512 MiB more memory</c>.</summary>
    public string Reason => Refusals.ToString();
}
