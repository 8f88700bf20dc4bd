using Microsoft.Extensions.Logging;

namespace Warren.Agent.Logs;

public sealed partial class FileLogStore
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "the logger of {Container} (process {Process}) did not end within {Limit} and was killed; its last output may be missing")]
    private partial void LogKilled(string container, int process, TimeSpan limit);
}
