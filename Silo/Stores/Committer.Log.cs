using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

internal sealed partial class Committer
{
    [LoggerMessage(LogLevel.Information, "The {Store} registered this process as writer {Epoch}")]
    private partial void LogRegistered(string store, long epoch);

    [LoggerMessage(LogLevel.Error, "The {Store} takes no more writes: {Cause}")]
    private partial void LogFenced(string store, string cause);

    [LoggerMessage(LogLevel.Warning, "The {Store} could not register this process as a writer: {Cause}")]
    private partial void LogRegistrationFailed(Exception exception, string store, string cause);

    [LoggerMessage(LogLevel.Warning, "The {Store} failed a transaction of {Rows} rows, {Fault}: {Cause}")]
    private partial void LogCommitFailed(Exception exception, string store, int rows, StoreFault fault, string cause);

    [LoggerMessage(LogLevel.Warning, "The {Store} could not yet tell the outcome of a transaction: {Cause}")]
    private partial void LogSettlingFailed(Exception exception, string store, string cause);

    [LoggerMessage(LogLevel.Information, "The {Store} told the outcome of a transaction of {Rows} rows: committed is {IsCommitted}")]
    private partial void LogSettled(string store, int rows, bool isCommitted);

    [LoggerMessage(LogLevel.Error, "The {Store} may or may not have written {Rows} rows: {Cause}")]
    private partial void LogOutcomeUnknown(string store, int rows, string cause);

    [LoggerMessage(LogLevel.Warning, "The {Store} kept the registration of this process, which ends")]
    private partial void LogForgetFailed(Exception exception, string store);

    [LoggerMessage(LogLevel.Critical, "The {Store} met a defect of the writer, which goes on with a new connection")]
    private partial void LogStepFailed(Exception exception, string store);
}
