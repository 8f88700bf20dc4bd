namespace Warren.Silo.Stores;

/// <summary>The database as all parts of the store see it: connections to a schema that fits, and failures in Warren's words.</summary>
internal sealed class StoreDatabase(StoreEngine engine, IReadOnlyList<SchemaMigration> migrations) : IAsyncDisposable
{
    private readonly SchemaMigrator _migrator = new(engine, migrations);
    private readonly SemaphoreSlim _firstOpening = new(1);
    private volatile bool _isMigrated;

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

    public StoreFailure Explain(Exception exception) =>
        exception is StoreFailureException known ? known.Failure : engine.Classify(exception);

    public async ValueTask DisposeAsync()
    {
        _firstOpening.Dispose();
        await engine.DisposeAsync();
    }
}
