using Microsoft.Extensions.Logging;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

internal sealed partial class NodeGrain
{
    [LoggerMessage(LogLevel.Information, "Node {Node}: session {Session} of {Name} begins, agent {AgentVersion}")]
    private partial void LogRegistered(NodeId node, long session, string name, string agentVersion);

    [LoggerMessage(LogLevel.Information, "Node {Node} is {Condition}: {Reason}")]
    private partial void LogCondition(NodeId node, NodeCondition condition, string reason);

    [LoggerMessage(LogLevel.Information, "Node {Node} is updated; it was {Before} and is {After}")]
    private partial void LogUpdated(NodeId node, NodeAvailability before, NodeAvailability after);

    [LoggerMessage(LogLevel.Information, "Node {Node} is removed from the cluster; it had {Tasks} tasks")]
    private partial void LogRemoved(NodeId node, int tasks);

    [LoggerMessage(LogLevel.Information, "Node {Node} has a copy of {Task} that is not to run there: {Reason}")]
    private partial void LogRefused(NodeId node, TaskId task, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {Node} has not told everyone what changed; it tells again in {Wait}")]
    private partial void LogChoresFailed(Exception failure, NodeId node, TimeSpan wait);

    [LoggerMessage(LogLevel.Warning, "Node {Node} does not know whether {Task} has heard of it, and asks again")]
    private partial void LogNotSettled(Exception failure, NodeId node, TaskId task);

    [LoggerMessage(LogLevel.Warning, "Node {Node}: assignments were not pushed; they are pushed again")]
    private partial void LogNotPushed(Exception failure, NodeId node);
}
