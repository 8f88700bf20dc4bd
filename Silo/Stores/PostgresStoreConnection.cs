using System.Data.Common;
using Npgsql;

namespace Warren.Silo.Stores;

/// <summary>
/// Sends all statements and the commit in one round trip. The transaction therefore never waits for this process: a process that is
/// stopped half-way holds no lock that others, say those who vote it dead, would wait for.
/// </summary>
internal sealed class PostgresStoreConnection(NpgsqlConnection connection) : StoreConnection
{
    public override DbConnection Raw => connection;

    public override async Task<int[]> ExecuteAsync(IReadOnlyList<BoundStatement> statements)
    {
        await using var batch = Bind(statements);
        // Commands of a batch without BEGIN are one transaction, committed when the last has run.
        await batch.ExecuteNonQueryAsync();
        var counts = new int[statements.Count];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = batch.BatchCommands[i].RecordsAffected;
        return counts;
    }

    public override async Task QueryAsync(IReadOnlyList<BoundStatement> queries, Action<int, DbDataReader> onRow)
    {
        await using var batch = Bind(queries);
        await using var reader = await batch.ExecuteReaderAsync();
        for (var i = 0; i < queries.Count; i++)
        {
            while (await reader.ReadAsync())
                onRow(i, reader);
            await reader.NextResultAsync();
        }
    }

    public override async Task CheckAsync()
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteNonQueryAsync();
    }

    public override ValueTask DisposeAsync() => connection.DisposeAsync();

    private NpgsqlBatch Bind(IReadOnlyList<BoundStatement> statements)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
            var command = new NpgsqlBatchCommand(statement.Sql);
            foreach (var value in statement.Values)
                command.Parameters.Add(Bind(value));
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static NpgsqlParameter Bind(object? value) => value switch
    {
        long number => new NpgsqlParameter<long> { TypedValue = number },
        int number => new NpgsqlParameter<int> { TypedValue = number },
        string text => new NpgsqlParameter<string> { TypedValue = text },
        null => new NpgsqlParameter<string?> { TypedValue = null },
        _ => throw new ArgumentException($"A value of type {value.GetType()} cannot be stored.", nameof(value)),
    };
}
