using Microsoft.Extensions.Logging;

namespace Warren.Agent.Hosting;

internal sealed partial class WorkerService
{
    [LoggerMessage(LogLevel.Information, "Found {Count} containers, of which {Running} run")]
    private partial void LogRecovered(int count, int running);

    [LoggerMessage(LogLevel.Warning, "The container runtime is away, trying again in {Pause}: {Cause}")]
    private partial void LogRuntimeAway(string cause, TimeSpan pause);

    [LoggerMessage(LogLevel.Critical, "Another agent has registered for this node: this one ends, its containers go on")]
    private partial void LogSuperseded();

    [LoggerMessage(LogLevel.Critical, "The worker ends: {Cause}")]
    private partial void LogEnded(Exception exception, string cause);
}
