using System.Data.Common;

namespace Warren.Silo.Stores;

/// <summary>An open connection that one caller at a time uses. What it throws, its engine classifies.</summary>
internal abstract class StoreConnection : IAsyncDisposable
{
    /// <summary>The connection itself, for what needs a conversation: the migration of the schema.</summary>
    public abstract DbConnection Raw { get; }

    /// <summary>
    /// Runs the statements in order in one transaction and returns the number of rows each changed. A statement sees what those
    /// before it did. When this returns, the transaction is durable; when it throws, <see cref="StoreEngine.Classify"/> says
    /// whether it is certain that nothing happened.
    /// </summary>
    public abstract Task<int[]> ExecuteAsync(IReadOnlyList<BoundStatement> statements);

    /// <summary>Throws if the connection was lost while nobody used it.</summary>
    public abstract Task CheckAsync();

    /// <summary>Runs queries, and calls <paramref name="onRow"/> with the index of the query for each row found.</summary>
    public abstract Task QueryAsync(IReadOnlyList<BoundStatement> queries, Action<int, DbDataReader> onRow);

    public abstract ValueTask DisposeAsync();
}
