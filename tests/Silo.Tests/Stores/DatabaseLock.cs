using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>Another process, so to speak, that holds what every write transaction of a store needs, until it is disposed of.</summary>
internal sealed class DatabaseLock : IAsyncDisposable
{
    private readonly DbConnection _connection;

    private DatabaseLock(DbConnection connection) => _connection = connection;

    public static async Task<DatabaseLock> TakeAsync(StoreOptions options)
    {
        DbConnection connection = options.SqliteFile is { } file
            ? new SqliteConnection($"Data Source={file};Pooling=false")
            : new NpgsqlConnection(options.PostgresConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await RunAsync(connection, options.SqliteFile is null ? "BEGIN; UPDATE warren_writer SET batch = batch" : "BEGIN IMMEDIATE");
        return new DatabaseLock(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(_connection, "ROLLBACK");
        await _connection.DisposeAsync();
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
