namespace Warren.Tasks;

/// <summary>What a service wants of a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Desired">What is to become of it.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="FilesVersion">See <see cref="Nodes.TaskAssignment"/>. Default (0): none newer than the task's own.</param>
[GenerateSerializer, Alias("warren.task-intention"), Immutable]
public readonly record struct TaskIntention(
    [property: Id(0)] TaskId Task, [property: Id(1)] DesiredState Desired, [property: Id(2)] string Reason, [property: Id(3)] long FilesVersion = 0);
