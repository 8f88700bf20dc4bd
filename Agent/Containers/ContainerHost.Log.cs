using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Containers;

public sealed partial class ContainerHost
{
    [LoggerMessage(LogLevel.Information, "Cleared what was left behind: {What}")]
    private partial void LogCleared(string what);

    [LoggerMessage(LogLevel.Warning, "The container {Id} did not start, and what was made for it is removed: {Cause}")]
    private partial void LogStartFailed(ContainerId id, string cause);

    [LoggerMessage(LogLevel.Information, "The file {Target} of the running container {Id} is replaced")]
    private partial void LogReplaced(ContainerId id, string target);

    [LoggerMessage(LogLevel.Information, "The container {Id} has ended before it was sent signal {Signal} for its new files: {Cause}")]
    private partial void LogNotSignalled(ContainerId id, int signal, string cause);

    [LoggerMessage(LogLevel.Error, "What was made for the container {Id} is not removed yet: {Cause}")]
    private partial void LogRemovalFailed(Exception exception, ContainerId id, string cause);
}
