using Microsoft.Extensions.Logging;

namespace Warren.Silo.Secrets;

internal sealed partial class ClusterKeys
{
    [LoggerMessage(LogLevel.Information, "The key of the key files is being changed to {Key}")]
    private partial void LogRotating(string key);

    [LoggerMessage(LogLevel.Information, "The key file has the key {Key} from now on")]
    private partial void LogTaken(string key);

    [LoggerMessage(LogLevel.Warning, "Key files with another key than {Key} open the store no longer")]
    private partial void LogRetired(string key);
}
