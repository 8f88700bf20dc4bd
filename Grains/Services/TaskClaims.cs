using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>Claims about tasks that the decisions share.</summary>
internal static class TaskClaims
{
    extension(TaskRecord task)
    {
        /// <summary>Whether it is meant to run and has not ended.</summary>
        public bool IsLive() => task.Desired == DesiredState.Running && !task.Observed.State.IsFinal;

        /// <summary>Whether it is meant to end and has not: it may still run.</summary>
        public bool IsEnding() => task.Desired > DesiredState.Running && !task.Observed.State.IsFinal;

        /// <summary>Whether it ended though nobody told it to, other than with its node.</summary>
        public bool EndedByItself() =>
            task.Desired == DesiredState.Running && task.Observed.State.IsFinal && task.Observed.State != TaskState.Orphaned;

        /// <summary>How it ended, in a few words.</summary>
        public string Ending() => task.Observed switch
        {
            { OutOfMemory: true } => "ran out of memory",
            { State: TaskState.Complete } => "ended with exit code 0",
            { State: TaskState.Orphaned } => "was lost with its node",
            { State: TaskState.Rejected, Reason: var reason } => $"was refused by its node: {reason}",
            { State: TaskState.Failed, Reason: { Length: > 0 } reason } => $"failed: {reason}",
            { State: TaskState.Failed, ExitCode: { } code } => $"failed: exit code {code}",
            var other => $"ended as {other.State}",
        };
    }
}
