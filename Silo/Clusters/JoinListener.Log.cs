using System.Net;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Clusters;

internal sealed partial class JoinListener
{
    [LoggerMessage(LogLevel.Information, "Machines join by token at {Endpoint}")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(LogLevel.Warning, "A machine at {Remote} did not join: {Cause}")]
    private partial void LogFailed(EndPoint? remote, string cause);

    [LoggerMessage(LogLevel.Error, "Connections for joining cannot be taken; trying again in {Pause}: {Cause}")]
    private partial void LogNotAccepted(TimeSpan pause, string cause);
}
