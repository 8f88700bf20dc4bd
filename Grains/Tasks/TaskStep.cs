using Warren.Tasks;

namespace Warren.Grains.Tasks;

/// <summary>A task after an input.</summary>
/// <param name="Task">The task, the same object if nothing changed.</param>
/// <param name="Outcome">What the input did.</param>
/// <param name="Reason">Why it did no more; empty when it did.</param>
internal sealed record TaskStep(TaskRecord Task, TaskStepOutcome Outcome, string Reason = "")
{
    /// <summary>Whether the task has to be written.</summary>
    public bool IsChange => Outcome is TaskStepOutcome.Advanced or TaskStepOutcome.Refreshed;
}
