using System.Data.Common;

namespace Warren.Silo.Stores;

/// <summary>What differs between the databases. Everything above is the same for all.</summary>
internal abstract class StoreEngine : IAsyncDisposable
{
    /// <summary>The engine of the database that the options, which are valid, name. Nothing is opened yet.</summary>
    public static StoreEngine Create(StoreOptions options) => string.IsNullOrWhiteSpace(options.SqliteFile)
        ? new PostgresEngine(options.PostgresConnectionString!, options.ConnectTimeout, options.CommandTimeout, options.LockTimeout)
        : new SqliteEngine(options.SqliteFile, options.LockTimeout);

    /// <summary>The store in messages, without secrets: <c>sqlite store '/var/lib/warren/store.db'</c>.</summary>
    public abstract string Description { get; }

    public abstract DbDataSource DataSource { get; }

    /// <summary>How many rows one statement should change at most. More spare work per statement, where statements are expensive.</summary>
    public abstract int RowsPerStatement { get; }

    /// <summary>
    /// Where write transactions run, one loop each. An engine whose calls block has a thread for this, so that a slow disk never
    /// takes a thread from the grains.
    /// </summary>
    public abstract TaskScheduler WriteScheduler { get; }

    /// <summary>A new place for one loop of reads.</summary>
    public abstract TaskScheduler NewReadScheduler();

    /// <summary>Makes the database ready to be opened, where that is not somebody else's task: a missing file is made.</summary>
    public abstract void Prepare();

    /// <summary>Opens a connection to a database that is there and takes writes.</summary>
    public abstract Task<StoreConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Lists all tables; the query has one column.</summary>
    public abstract string TablesQuery { get; }

    /// <summary>The time by the database's clock, in milliseconds since 1970, UTC.</summary>
    public abstract string ClockQuery { get; }

    /// <summary>
    /// Waits, inside a transaction, until no other process migrates this database; null where the transaction itself does.
    /// </summary>
    public abstract string? MigrationLock { get; }

    /// <summary>Says why the database, empty or not, cannot hold Warren's data; null if it can.</summary>
    public abstract Task<string?> FindObstacleAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>What an exception of the driver means. Exceptions that are not the driver's are failures of the connection.</summary>
    public abstract StoreFailure Classify(Exception exception);

    public abstract ValueTask DisposeAsync();
}
