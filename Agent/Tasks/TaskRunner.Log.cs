using Microsoft.Extensions.Logging;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

internal sealed partial class TaskRunner
{
    private readonly ILogger _logger;

    [LoggerMessage(LogLevel.Warning, "The task {Task} is not at its next step, {Step}; trying again in {Pause}: {Cause}")]
    private partial void LogStepFailed(Exception exception, TaskId task, TaskStep step, TimeSpan pause, string cause);

    [LoggerMessage(LogLevel.Warning, "The task {Task} did not start: {Cause}")]
    private partial void LogNotStarted(TaskId task, string cause);

    [LoggerMessage(LogLevel.Warning, "No manager is in reach: the task {Task} is started again by this node, for the {Count}. time, after: {Cause}")]
    private partial void LogStartedAgain(TaskId task, int count, string cause);

    [LoggerMessage(LogLevel.Warning, "The container of the task {Task} is made anew: {Cause}")]
    private partial void LogOtherOrder(TaskId task, string cause);
}
