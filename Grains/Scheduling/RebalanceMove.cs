using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Scheduling;

/// <summary>A task that should have a successor elsewhere, start-first.</summary>
/// <param name="Task">The task.</param>
/// <param name="From">Where it is.</param>
/// <param name="To">Where there is room now; its successor is placed as any task, so that it may go to another one as good.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record RebalanceMove(TaskId Task, NodeId From, NodeId To, string Reason);
