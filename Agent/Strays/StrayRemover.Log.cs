using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Strays;

internal sealed partial class StrayRemover
{
    [LoggerMessage(LogLevel.Information, "The container {Id} ended with exit code {Code}; out of memory is {OutOfMemory}")]
    private partial void LogExited(ContainerId id, int code, bool outOfMemory);

    [LoggerMessage(LogLevel.Warning, "The container {Id} is a stray ({Reason}) and is removed in {Grace}")]
    private partial void LogStray(ContainerId id, string reason, TimeSpan grace);

    [LoggerMessage(LogLevel.Warning, "The container {Id} is removed: {Reason}")]
    private partial void LogRemoving(ContainerId id, string reason);

    [LoggerMessage(LogLevel.Error, "The container {Id} could not be removed, which is tried again: {Cause}")]
    private partial void LogRemovalFailed(Exception exception, ContainerId id, string cause);

    [LoggerMessage(LogLevel.Error, "The runtime's events could not be followed, which is tried again: {Cause}")]
    private partial void LogFollowFailed(Exception exception, string cause);

    [LoggerMessage(LogLevel.Error, "The containers could not be looked at: {Cause}")]
    private partial void LogLookFailed(Exception exception, string cause);
}
