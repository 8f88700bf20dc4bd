using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>What becomes of a task, and why.</summary>
/// <param name="Task">The task.</param>
/// <param name="Action">Its bucket.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record TaskDecision(TaskId Task, TaskAction Action, string Reason);
