using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

internal sealed partial class ReadLoops
{
    [LoggerMessage(LogLevel.Warning, "The {Store} failed {Reads} reads, {Fault}: {Cause}")]
    private partial void LogReadFailed(Exception exception, string store, int reads, StoreFault fault, string cause);

    [LoggerMessage(LogLevel.Critical, "The {Store} met a defect of a reader, which goes on with a new connection")]
    private partial void LogDefect(Exception exception, string store);
}
