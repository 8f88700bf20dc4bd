using Microsoft.Extensions.Logging;

namespace Warren.Agent.Network;

internal sealed partial class NetworkWatch
{
    [LoggerMessage(LogLevel.Debug, "Events of the network were lost, which is looked at instead: {Cause}")]
    private partial void LogEventsLost(string cause);

    [LoggerMessage(LogLevel.Error, "The network of containers could not be put right, attempt {Attempt}; it is tried again")]
    private partial void LogRepairFailed(Exception exception, int attempt);

    [LoggerMessage(LogLevel.Information, "The network of containers is right again after {Attempts} failed attempts")]
    private partial void LogRecovered(int attempts);
}
