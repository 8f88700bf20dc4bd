using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network;

internal sealed partial class NodeNetwork
{
    [LoggerMessage(LogLevel.Information, "Container network: {Change}")]
    private partial void LogChange(string change);

    [LoggerMessage(LogLevel.Warning, "The kernel has no IPv6: containers get none of {Subnet}")]
    private partial void LogNoIpv6(string subnet);

    [LoggerMessage(LogLevel.Warning, "A published port cannot be kept free of programs of this node: {Problem}")]
    private partial void LogNotReserved(string problem);

    [LoggerMessage(LogLevel.Error, "The records in {File} are damaged; they are put aside as {Aside} and read from the kernel")]
    private partial void LogDamaged(Exception exception, string file, string aside);

    [LoggerMessage(LogLevel.Warning, "Found {Container} in the kernel and not on record: {Addresses}, {Ports} published ports")]
    private partial void LogRebuilt(ContainerId container, string addresses, int ports);

    [LoggerMessage(LogLevel.Warning, "Clients that keep sending may not reach a container: {Cause}")]
    private partial void LogNotForgotten(string cause);
}
