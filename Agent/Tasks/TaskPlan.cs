using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>Decides the next step of a task. Each step done brings the task nearer to what is wanted, so that steps end.</summary>
internal static class TaskPlan
{
    /// <summary>The next step.</summary>
    public static TaskStep Next(TaskSnapshot task) => task switch
    {
        { Phase: TaskPhase.Removed } => TaskStep.Nothing,

        // Nothing is begun or told before it is known what an earlier agent has left.
        { Phase: TaskPhase.Unknown } => TaskStep.Look,

        // Whatever is wanted: an end is told first, so that it is not lost with the container.
        { HasExited: true, Phase: not TaskPhase.Ended } => TaskStep.TellEnd,
        { Desired: DesiredState.Removed, Phase: TaskPhase.Running } => TaskStep.Stop,
        { Desired: DesiredState.Removed } => TaskStep.Remove,
        { Phase: TaskPhase.Ended, Desired: DesiredState.Running, HasTemplate: true, IsRestartDue: true } => TaskStep.Restart,
        { Phase: TaskPhase.Ended } => TaskStep.Nothing,
        { Desired: DesiredState.Shutdown, Phase: TaskPhase.Running } => TaskStep.Stop,
        { Desired: DesiredState.Shutdown } => TaskStep.TellNeverStarted,
        { Phase: TaskPhase.Running, IsUnhealthy: true } => TaskStep.Stop,
        { Phase: TaskPhase.Running, IsDoubtful: true } => TaskStep.Look,
        { Phase: TaskPhase.Running, HasOtherFiles: true } => TaskStep.ReplaceFiles,
        { Phase: TaskPhase.Running } => TaskStep.Nothing,
        { HasTemplate: false } => TaskStep.Nothing,
        _ => TaskStep.Start,
    };
}
