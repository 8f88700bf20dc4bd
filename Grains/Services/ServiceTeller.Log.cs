using Microsoft.Extensions.Logging;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

internal sealed partial class ServiceTeller
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task} did not take what is wanted of it; it is told again")]
    private partial void LogTakeFailed(Exception failure, TaskId task);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler did not take {Count} tasks of {Service}; it is told again")]
    private partial void LogScheduleFailed(Exception failure, ServiceName service, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} did not take what is wanted of {Count} tasks; it is told again")]
    private partial void LogIntendFailed(Exception failure, NodeId node, int count);
}
