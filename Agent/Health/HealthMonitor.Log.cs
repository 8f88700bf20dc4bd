using Microsoft.Extensions.Logging;

namespace Warren.Agent.Health;

public sealed partial class HealthMonitor
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} of {Container} went from {From} to {To}: {Reason}")]
    private partial void LogChange(string container, ProbeKind kind, HealthStatus from, HealthStatus to, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "a check of the {Kind} of {Container} broke, which counts as a failure")]
    private partial void LogBroken(string container, ProbeKind kind, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a check of the {Kind} of {Container} did not end within {Limit} after it was cancelled and is left behind")]
    private partial void LogStuck(string container, ProbeKind kind, TimeSpan limit);
}
