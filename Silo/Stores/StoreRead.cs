using System.Data.Common;

namespace Warren.Silo.Stores;

/// <summary>A query that shares a round trip with others.</summary>
internal abstract class StoreRead : PendingWork<bool>
{
    public abstract BoundStatement Query { get; }

    /// <summary>Forgets what an earlier attempt that failed half-way has found.</summary>
    public abstract void Reset();

    /// <summary>Takes the current row. Must be quick: others wait.</summary>
    public abstract void OnRow(DbDataReader row);
}

/// <inheritdoc cref="StoreRead"/>
internal sealed class StoreRead<T>(BoundStatement query, Func<DbDataReader, T> read) : StoreRead
{
    public override BoundStatement Query { get; } = query;

    public List<T> Rows { get; } = [];

    public override void Reset() => Rows.Clear();

    public override void OnRow(DbDataReader row) => Rows.Add(read(row));
}
