using System.Data.Common;
using System.Globalization;

namespace Warren.Silo.Stores;

/// <summary>Brings the database's schema to the version of this release, whoever else tries the same at the time.</summary>
internal sealed class SchemaMigrator(StoreEngine engine, IReadOnlyList<SchemaMigration> migrations)
{
    private const string VersionTable = "warren_schema";

    private int Known => migrations[^1].Version;

    /// <exception cref="StoreFailureException">The database is not Warren's, or its schema is newer than this release.</exception>
    public async Task MigrateAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (await FindVersionAsync(connection, null, cancellationToken) == Known) return;

        // The lock orders the processes that start at the same time; those that come second find nothing left to do.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (engine.MigrationLock is { } migrationLock) await RunAsync(connection, transaction, migrationLock, cancellationToken);
        var version = await FindVersionAsync(connection, transaction, cancellationToken);
        if (version == 0)
        {
            if (await engine.FindObstacleAsync(connection, cancellationToken) is { } obstacle) throw NotOurs(obstacle);
            await RunAsync(
                connection,
                transaction,
                $"CREATE TABLE {VersionTable} (id INTEGER NOT NULL PRIMARY KEY, version INTEGER NOT NULL)",
                cancellationToken);
            await RunAsync(connection, transaction, $"INSERT INTO {VersionTable} (id, version) VALUES (1, 0)", cancellationToken);
        }

        foreach (var migration in migrations.Where(migration => migration.Version > version))
        {
            foreach (var statement in migration.Statements)
                await RunAsync(connection, transaction, statement, cancellationToken);
        }

        var known = Known.ToString(CultureInfo.InvariantCulture);
        await RunAsync(connection, transaction, $"UPDATE {VersionTable} SET version = {known} WHERE id = 1", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // 0 for an empty database.
    private async Task<int> FindVersionAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        var tables = new List<string>();
        await using (var command = NewCommand(connection, transaction, engine.TablesQuery))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
                tables.Add(reader.GetString(0));
        }

        if (!tables.Contains(VersionTable))
        {
            tables.Sort(StringComparer.Ordinal);
            return tables.Count == 0 ? 0 : throw NotOurs($"it holds other tables, such as '{tables[0]}'");
        }

        await using var query = NewCommand(connection, transaction, $"SELECT version FROM {VersionTable} WHERE id = 1");
        var version = await query.ExecuteScalarAsync(cancellationToken);
        if (version is null) throw NotOurs($"its table '{VersionTable}' has no version");
        var found = Convert.ToInt32(version, CultureInfo.InvariantCulture);
        return found <= Known ? found : throw TooNew(found);
    }

    private static async Task RunAsync(DbConnection connection, DbTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = NewCommand(connection, transaction, sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand NewCommand(DbConnection connection, DbTransaction? transaction, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }

    private static StoreFailureException NotOurs(string why) => new(new StoreFailure(StoreFault.WrongDatabase, why));

    private StoreFailureException TooNew(int found) => new(new StoreFailure(
        StoreFault.WrongSchema,
        string.Create(CultureInfo.InvariantCulture, $"its version is {found}, of a newer release; this one knows up to {Known}")));
}
