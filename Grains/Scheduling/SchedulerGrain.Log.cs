using Microsoft.Extensions.Logging;
using Warren.Nodes;

namespace Warren.Grains.Scheduling;

internal sealed partial class SchedulerGrain
{
    [LoggerMessage(LogLevel.Information, "The scheduler begins with {Nodes} nodes, of which {Unread} have not answered, {Volumes} volumes and {Services} services")]
    private partial void LogLoaded(int nodes, int unread, int volumes, int services);

    [LoggerMessage(LogLevel.Debug, "Placed {Placed} tasks, {Waiting} wait; {Pending} have no node yet")]
    private partial void LogRan(int placed, int waiting, int pending);

    [LoggerMessage(LogLevel.Debug, "Node {Node} admitted {Admitted} of {Asked} tasks")]
    private partial void LogAnswered(NodeId node, int admitted, int asked);

    [LoggerMessage(LogLevel.Warning, "Node {Node} has not answered for {Tasks} tasks; it is left out for a while")]
    private partial void LogNodeSilent(Exception failure, NodeId node, int tasks);

    [LoggerMessage(LogLevel.Warning, "The scheduler could not do everything; it goes on in {Wait}")]
    private partial void LogFailed(Exception failure, TimeSpan wait);
}
