using Npgsql;

namespace Warren.Silo.Stores;

/// <summary>What the answers of a PostgreSQL server mean.</summary>
internal static class PostgresErrors
{
    public static StoreFailure Classify(PostgresException e)
    {
        var failure = new StoreFailure(FaultOf(e.SqlState), $"{e.SqlState}: {e.MessageText}");
        // A server that is told to stop ends connections whose commit it has already made but not yet acknowledged.
        if (e.InvariantSeverity is "FATAL" or "PANIC") return failure with { ConnectionLost = true, NothingWritten = false };
        return e.SqlState switch
        {
            // The server was the primary when the connection was made, and is not any more: another host may be.
            PostgresErrorCodes.ReadOnlySqlTransaction => failure with { ConnectionLost = true },
            PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => failure with { Retry = true },
            _ when IsOneOf(e.SqlState, "22", "23", "54") => failure with { RowFault = true },
            _ => failure,
        };
    }

    private static StoreFault FaultOf(string state) => state switch
    {
        PostgresErrorCodes.DiskFull => StoreFault.Full,
        PostgresErrorCodes.ReadOnlySqlTransaction => StoreFault.ReadOnly,
        PostgresErrorCodes.InvalidCatalogName => StoreFault.WrongDatabase,
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.DatatypeMismatch =>
            StoreFault.WrongSchema,
        PostgresErrorCodes.InsufficientPrivilege => StoreFault.Denied,
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.ObjectInUse => StoreFault.Locked,
        _ when IsOneOf(state, "28") => StoreFault.Denied,
        _ when IsOneOf(state, "08", "53", "57", "58") => StoreFault.Unreachable,
        _ when IsOneOf(state, "XX") => StoreFault.Damaged,
        _ => StoreFault.Rejected,
    };

    private static bool IsOneOf(string state, params ReadOnlySpan<string> classes)
    {
        foreach (var prefix in classes)
        {
            if (state.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
