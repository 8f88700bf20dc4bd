using Warren.Tasks;

namespace Warren.Grains.Tasks;

/// <summary>
/// What the grain of a task makes of the copy that its service stores. The copy says all that the service wants, so it may come twice,
/// late and
/// after others were lost.
/// </summary>
internal static class TaskIntent
{
    /// <summary>Takes the copy of the service.</summary>
    /// <remarks>
    /// <paramref name="own"/> is what the grain stores, null before the first time. The step is a change if that has to be stored; a task
    /// that
    /// is wanted no more before it was placed ends with it, and the service is told as after a report.
    /// </remarks>
    public static TaskStep Take(TaskRecord? own, TaskRecord wanted, DateTimeOffset now)
    {
        if (own is null) return Withdraw(new(wanted, TaskStepOutcome.Advanced), now);
        if (own.Id != wanted.Id) return new(own, TaskStepOutcome.Refused, $"the intention is about {wanted.Id}, not about {own.Id}");
        var step = new TaskStep(own, TaskStepOutcome.Known);
        if (wanted.Desired > own.Desired)
        {
            step = new(
                own with { Desired = wanted.Desired, DesiredAt = wanted.DesiredAt, DesiredReason = wanted.DesiredReason },
                TaskStepOutcome.Refreshed);
        }

        var isGivenUp = wanted.Observed.State == TaskState.Orphaned && own.Observed.State.IsOnNode;
        var isReleased = wanted.Observed.State >= TaskState.Pending && own.Observed.State == TaskState.New && own.Desired == DesiredState.Running;
        if (isGivenUp) step = Then(step, TaskStateMachine.Step(step.Task, TaskState.Orphaned, wanted.Observed.Reason, now));
        else if (isReleased) step = Then(step, TaskStateMachine.Step(step.Task, TaskState.Pending, wanted.Observed.Reason, now));
        return Withdraw(step, now);
    }

    private static TaskStep Withdraw(TaskStep step, DateTimeOffset now) =>
        step.Task.Desired < DesiredState.Shutdown || step.Task.Observed.State >= TaskState.Assigned
            ? step
            : Then(step, TaskStateMachine.Step(step.Task, TaskState.Shutdown, step.Task.DesiredReason, now));

    private static TaskStep Then(TaskStep first, TaskStep second) => second.IsChange ? second : first;
}
