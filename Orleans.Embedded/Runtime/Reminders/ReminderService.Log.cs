using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Reminders;

/// <content>What the service logs.</content>
internal sealed partial class ReminderService
{
    [LoggerMessage(11, LogLevel.Debug, "Registered reminder '{Name}' of {GrainId}: due in {DueTime}, then every {Period}")]
    private static partial void LogRegistered(ILogger logger, string name, GrainId grainId, TimeSpan dueTime, TimeSpan period);

    [LoggerMessage(12, LogLevel.Debug, "Unregistered reminder '{Name}' of {GrainId}")]
    private static partial void LogUnregistered(ILogger logger, string name, GrainId grainId);

    [LoggerMessage(13, LogLevel.Debug, "The ring has changed: {Lost} reminders went to other silos, {Count} run here")]
    private static partial void LogRingChanged(ILogger logger, int lost, int count);

    [LoggerMessage(14, LogLevel.Information, "The reminder table was read: {Started} reminders started, {Stopped} stopped, {Count} run here")]
    private static partial void LogTableRead(ILogger logger, int started, int stopped, int count);

    [LoggerMessage(15, LogLevel.Warning, "The reminder table cannot be read; it is tried again in {Wait}. {Count} reminders go on meanwhile")]
    private static partial void LogReadFailed(ILogger logger, Exception exception, TimeSpan wait, int count);

    [LoggerMessage(16, LogLevel.Error, "Reminder '{Name}' of {GrainId} has the period {Period} in the table and cannot be run")]
    private static partial void LogInvalid(ILogger logger, string name, GrainId grainId, TimeSpan period);
}
