using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network;

public sealed partial class NetworkPlane
{
    [LoggerMessage(LogLevel.Information, "Containers are connected to {Bridge} with {Subnet} and {Ipv6Subnet}; {Attachments} are on record")]
    private partial void LogStarted(string bridge, string subnet, string? ipv6Subnet, int attachments);

    [LoggerMessage(LogLevel.Error, "Could not take back all of {Container}, which was not connected because: {Cause}")]
    private partial void LogNotUndone(Exception exception, ContainerId container, string cause);
}
