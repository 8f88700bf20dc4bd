using Microsoft.Extensions.Logging;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

internal sealed partial class TaskKeeper
{
    [LoggerMessage(LogLevel.Warning, "The task {Task} runs here and is not assigned to this node: it is stopped and removed")]
    private partial void LogUnassigned(TaskId task);

    [LoggerMessage(LogLevel.Warning, "No manager is in reach: {Count} tasks are kept by what was heard last, and started again where they end")]
    private partial void LogAlone(int count);

    [LoggerMessage(LogLevel.Warning, "The containers could not be listed: {Cause}")]
    private partial void LogNotListed(string cause);

    [LoggerMessage(LogLevel.Error, "Following {What} has ended; it begins again in {Pause}: {Cause}")]
    private partial void LogNotFollowed(Exception failure, string what, TimeSpan pause, string cause);
}
