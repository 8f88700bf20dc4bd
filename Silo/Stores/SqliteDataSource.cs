using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Warren.Silo.Stores;

/// <summary>
/// <see cref="DbDataSource"/> over a SQLite file, which the SQLite package does not bring. Its connections are durable (write-ahead
/// log, a full synchronisation at each commit) and never make the file: a file that vanished must not come back empty.
/// </summary>
internal sealed class SqliteDataSource : DbDataSource
{
    private readonly string _openingStatements;

    static SqliteDataSource() => SQLitePCL.Batteries_V2.Init();

    public SqliteDataSource(string file, TimeSpan lockTimeout)
    {
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            // The driver repeats a statement that met a lock until this time is over, zero meaning for ever; SQLite itself has waited
            // by then, so one round of it is all the waiting there is.
            DefaultTimeout = Math.Max(1, (int)lockTimeout.TotalSeconds),
        }.ToString();
        var milliseconds = ((long)lockTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        _openingStatements =
            $"PRAGMA busy_timeout={milliseconds}; PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
    }

    public override string ConnectionString { get; }

    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    protected override DbConnection OpenDbConnection()
    {
        var connection = CreateDbConnection();
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = _openingStatements;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // SQLite has no asynchronous calls; the connections are used on threads that may block.
    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(OpenDbConnection());
    }
}
