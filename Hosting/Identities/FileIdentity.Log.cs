using Microsoft.Extensions.Logging;

namespace Warren.Hosting.Identities;

public sealed partial class FileIdentity
{
    [LoggerMessage(LogLevel.Information, "The certificate was replaced: {Subject}, valid until {End}")]
    private partial void LogReplaced(string subject, DateTime end);

    [LoggerMessage(LogLevel.Warning, "The changed certificate files are not used, the old ones are kept: {Cause}")]
    private partial void LogNotReplaced(string cause);
}
