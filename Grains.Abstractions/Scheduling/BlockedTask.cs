using Warren.Tasks;

namespace Warren.Scheduling;

/// <summary>A task that no node can take now.</summary>
/// <param name="Task">The task.</param>
/// <param name="Reason">Why not: <c>no suitable node: 2 drained, 1 needs 512 MiB more memory</c>.</param>
[GenerateSerializer, Alias("warren.blocked-task"), Immutable]
public readonly record struct BlockedTask([property: Id(0)] TaskId Task, [property: Id(1)] string Reason);
