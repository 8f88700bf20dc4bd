namespace Warren.Silo.Stores;

/// <summary>The database as all parts of the store see it: connections to a schema that fits, and failures in Warren's words.</summary>
internal sealed class StoreDatabase(StoreEngine engine, IReadOnlyList<SchemaMigration> migrations) : IAsyncDisposable
{
    private readonly SchemaMigrator _migrator = new(engine, migrations);
    private readonly SemaphoreSlim _firstOpening = new(1);
    private volatile bool _isMigrated;
    private volatile bool _isClosed;

    public StoreEngine Engine => engine;

    /// <summary>Opens a connection. The first one that succeeds has brought the schema to this release's version.</summary>
    public async Task<StoreConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_isMigrated) return await engine.OpenAsync(cancellationToken);

        await _firstOpening.WaitAsync(cancellationToken);
        try
        {
            if (_isMigrated) return await engine.OpenAsync(cancellationToken);
            engine.Prepare();
            var connection = await engine.OpenAsync(cancellationToken);
            try
            {
                await _migrator.MigrateAsync(connection.Raw, cancellationToken);
                _isMigrated = true;
                return connection;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
        finally
        {
            _firstOpening.Release();
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> on a connection of its own, where writes run: for the few operations that must not wait behind the
    /// states of grains.
    /// </summary>
    /// <exception cref="StoreException">It failed; a write may or may not have happened.</exception>
    public async Task<T> RunAsync<T>(Func<StoreConnection, Task<T>> work)
    {
        if (_isClosed) throw new StoreFailure(StoreFault.Closed, "no more calls are taken").ToException(engine.Description);
        return await Task.Factory.StartNew(
            () => RunHereAsync(work), CancellationToken.None, TaskCreationOptions.None, engine.WriteScheduler).Unwrap();
    }

    public StoreFailure Explain(Exception exception) =>
        exception is StoreFailureException known ? known.Failure : engine.Classify(exception);

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        _firstOpening.Dispose();
        await engine.DisposeAsync();
    }

    private async Task<T> RunHereAsync<T>(Func<StoreConnection, Task<T>> work)
    {
        var isOpen = false;
        try
        {
            await using var connection = await OpenAsync(CancellationToken.None);
            isOpen = true;
            return await work(connection);
        }
        catch (Exception e)
        {
            var failure = Explain(e);
            throw (isOpen ? failure : failure with { NothingWritten = true }).ToException(engine.Description, e);
        }
    }
}
