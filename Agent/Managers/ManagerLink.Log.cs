using Microsoft.Extensions.Logging;
using Warren.Nodes;

namespace Warren.Agent.Managers;

internal sealed partial class ManagerLink
{
    [LoggerMessage(LogLevel.Information, "The node {Node} is registered, session {Session}")]
    private partial void LogRegistered(NodeId node, long session);

    [LoggerMessage(LogLevel.Warning, "The managers are out of reach, all tasks go on; trying again in about {Pause}, and telling it rarely: {Cause}")]
    private partial void LogAway(string cause, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "The node {Node} was removed from the cluster: everything that it runs is stopped and removed")]
    private partial void LogRemoved(NodeId node);

    [LoggerMessage(LogLevel.Error, "The managers refuse the node {Node}, all tasks go on; trying again in about {Pause}, and telling it rarely: {Cause}")]
    private partial void LogRefused(NodeId node, string cause, TimeSpan pause);
}
