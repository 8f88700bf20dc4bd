using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network.NameFiles;

public sealed partial class NameFileWriter
{
    [LoggerMessage(
        LogLevel.Warning,
        "{Container} will resolve no names: the node has no name server but on loopback, and none is given for the container")]
    private partial void LogNoServers(ContainerId container);
}
