using Microsoft.Extensions.Logging;
using Warren.Tasks;

namespace Warren.Grains.Tasks;

internal sealed partial class TaskGrain
{
    [LoggerMessage(LogLevel.Debug, "Task {Task}: {Outcome}: {Reason}")]
    private partial void LogNotTaken(TaskId task, TaskStepOutcome outcome, string reason);

    [LoggerMessage(LogLevel.Warning, "Task {Task} was not stored before its grain ended; its service tells it again")]
    private partial void LogPendingLost(Exception failure, TaskId task);
}
