using System.Data.Common;

namespace Warren.Silo.Stores;

#pragma warning disable CA1849 // SQLite has no asynchronous calls; these run on threads that may block.

/// <summary>Runs statements one by one; each text is compiled once and kept.</summary>
internal sealed class SqliteStoreConnection(DbConnection connection, string file) : StoreConnection
{
    private readonly Dictionary<string, DbCommand> _commands = [];

    public override DbConnection Raw => connection;

    public override Task<int[]> ExecuteAsync(IReadOnlyList<BoundStatement> statements)
    {
        CheckFile();
        var counts = new int[statements.Count];
        // Immediate: takes the write lock now, so that the transaction waits here and never fails half-way for a lock.
        Run("BEGIN IMMEDIATE");
        try
        {
            for (var i = 0; i < counts.Length; i++)
                counts[i] = Bind(statements[i]).ExecuteNonQuery();
            Run("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }

        return Task.FromResult(counts);
    }

    public override Task QueryAsync(IReadOnlyList<BoundStatement> queries, Action<int, DbDataReader> onRow)
    {
        CheckFile();
        for (var i = 0; i < queries.Count; i++)
        {
            using var reader = Bind(queries[i]).ExecuteReader();
            while (reader.Read())
                onRow(i, reader);
        }

        return Task.CompletedTask;
    }

    public override Task CheckAsync()
    {
        CheckFile();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        connection.Dispose();
        return ValueTask.CompletedTask;
    }

    // SQLite goes on using a file that was moved or deleted; what is acknowledged would not be there after a restart.
    private void CheckFile()
    {
        if (!File.Exists(file)) throw new FileNotFoundException($"the file '{file}' is gone", file);
    }

    private void Run(string sql) => Bind(new BoundStatement(sql)).ExecuteNonQuery();

    private void RollBack()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (DbException)
        {
            // After some errors SQLite has rolled back by itself, and says that there is no transaction.
        }
    }

    private DbCommand Bind(BoundStatement statement)
    {
        var values = statement.Values;
        if (!_commands.TryGetValue(statement.Sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = statement.Sql;
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = ParameterNames.Of(i + 1);
                command.Parameters.Add(parameter);
            }

            _commands.Add(statement.Sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
