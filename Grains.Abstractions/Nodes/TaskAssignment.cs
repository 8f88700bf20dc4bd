using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>A task as its node's agent is to have it.</summary>
/// <param name="Task">The task.</param>
/// <param name="SpecVersion">Which of its service's <see cref="TaskTemplate"/>s it is made from.</param>
/// <param name="Desired">What is to become of it.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="FilesVersion">
/// The version of the service's spec whose <see cref="TaskTemplate"/> has what those of its files hold now that are replaced in place. Default (0): none newer than
/// the task's own.
/// </param>
[GenerateSerializer, Alias("warren.task-assignment"), Immutable]
public sealed record TaskAssignment(
    [property: Id(0)] TaskId Task,
    [property: Id(1)] long SpecVersion,
    [property: Id(2)] DesiredState Desired,
    [property: Id(3)] string Reason,
    [property: Id(4)] long FilesVersion = 0);
