using System.Data.Common;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

/// <summary>
/// Reads for all grains of this silo: a few loops, each with a connection, that send all queries that wait in one round trip.
/// </summary>
internal sealed partial class ReadLoops : IAsyncDisposable
{
    private readonly StoreDatabase _database;
    private readonly StoreOptions _options;
    private readonly StoreMeters _meters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<StoreRead, bool> _queue;
    private readonly Task[] _loops;

    public ReadLoops(StoreDatabase database, StoreOptions options, StoreMeters meters, TimeProvider time, ILogger logger)
    {
        _database = database;
        _options = options;
        _meters = meters;
        _time = time;
        _logger = logger;
        _queue = new WorkQueue<StoreRead, bool>(database.Engine.Description, options);
        _loops = [.. Enumerable.Range(0, options.Readers).Select(_ => Start())];
    }

    public int Pending => _queue.Pending;

    private string Store => _database.Engine.Description;

    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(
        BoundStatement query, Func<DbDataReader, T> read, CancellationToken cancellationToken = default)
    {
        var work = new StoreRead<T>(query, read);
        await _queue.SubmitAsync(work, cancellationToken);
        return work.Rows;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Complete();
        await Task.WhenAll(_loops);
    }

    private Task Start() => Task.Factory.StartNew(
        RunAsync, CancellationToken.None, TaskCreationOptions.None, _database.Engine.NewReadScheduler()).Unwrap();

    private async Task RunAsync()
    {
        await using var keeper = new ConnectionKeeper(_database, _options, _time, _logger, "reader");
        var batch = new List<StoreRead>();
        while (await _queue.WaitAsync())
        {
            try
            {
                while (batch.Count < _options.MaxReadBatch && _queue.TryTake(out var read))
                    batch.Add(read);
                await ReadAsync(keeper, batch);
            }
            catch (Exception e)
            {
                // A defect of a query, not of the store.
                LogDefect(e, Store);
                await keeper.DropAsync();
                Fail(batch, new StoreFailure(StoreFault.Rejected, $"{e.GetType().Name}: {e.Message}"), e);
            }

            batch.Clear();
        }
    }

    private async Task ReadAsync(ConnectionKeeper keeper, List<StoreRead> batch)
    {
        // Twice, because a connection that was lost while idle shows it only when it is used.
        for (var attempt = 0; ; attempt++)
        {
            if (await keeper.TryGetAsync() is not { } connection)
            {
                Fail(batch, keeper.Failure!, null);
                return;
            }

            try
            {
                foreach (var read in batch)
                    read.Reset();
                await connection.QueryAsync([.. batch.Select(read => read.Query)], (i, row) => batch[i].OnRow(row));
                break;
            }
            catch (Exception e)
            {
                var failure = _database.Explain(e) with { NothingWritten = true };
                LogReadFailed(e, Store, batch.Count, failure.Fault, failure.Cause);
                await keeper.DropAsync();
                if (failure.ConnectionLost && attempt == 0) continue;
                _meters.Failed(failure.Fault);
                Fail(batch, failure, e);
                return;
            }
        }

        foreach (var read in batch)
            read.Succeed(true);
    }

    private void Fail(List<StoreRead> batch, StoreFailure failure, Exception? inner)
    {
        foreach (var read in batch)
            read.Fail(failure.ToException(Store, inner));
    }
}
