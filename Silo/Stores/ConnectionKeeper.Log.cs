using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

internal sealed partial class ConnectionKeeper
{
    [LoggerMessage(LogLevel.Warning, "The {Store} cannot be used by the {Loop}, {Fault}: {Cause}")]
    private partial void LogAway(Exception exception, string store, string loop, StoreFault fault, string cause);

    [LoggerMessage(LogLevel.Information, "The {Store} closed the connection of the {Loop} while it was idle")]
    private partial void LogLost(Exception exception, string store, string loop);

    [LoggerMessage(LogLevel.Warning, "The {Store} refused to say whether the connection of the {Loop} is still there, so another is opened: {Cause}")]
    private partial void LogCheckFailed(Exception exception, string store, string loop, string cause);

    [LoggerMessage(LogLevel.Information, "The {Store} can be used by the {Loop} again")]
    private partial void LogBack(string store, string loop);
}
