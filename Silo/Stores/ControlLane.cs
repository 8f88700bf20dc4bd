using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

/// <summary>
/// Runs the few operations that must not wait behind the states of grains, such as those of the membership, one at a time on a
/// connection of their own.
/// </summary>
internal sealed class ControlLane(StoreDatabase database, StoreOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly ConnectionKeeper _keeper = new(database, options, time, logger, "membership");
#pragma warning disable CA2213 // It holds nothing to dispose of, and has to serve calls that come after the end.
    private readonly SemaphoreSlim _turn = new(1);
#pragma warning restore CA2213
    private bool _isClosed;

    private string Store => database.Engine.Description;

    /// <exception cref="StoreException">It failed; the message says whether a write may have happened.</exception>
    public async Task<T> RunAsync<T>(Func<StoreConnection, Task<T>> work)
    {
        await _turn.WaitAsync();
        try
        {
            if (_isClosed) throw new StoreFailure(StoreFault.Closed, "no more calls are taken").ToException(Store);
            return await Task.Factory.StartNew(
                () => RunHereAsync(work), CancellationToken.None, TaskCreationOptions.None, database.Engine.WriteScheduler).Unwrap();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the operation that runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _isClosed = true;
        await _keeper.DisposeAsync();
        _turn.Release();
    }

    private async Task<T> RunHereAsync<T>(Func<StoreConnection, Task<T>> work)
    {
        if (await _keeper.TryGetAsync() is not { } connection) throw _keeper.Failure!.ToException(Store);
        try
        {
            return await work(connection);
        }
        catch (Exception e)
        {
            var failure = database.Explain(e);
            if (failure.ConnectionLost) await _keeper.DropAsync();
            throw failure.ToException(Store, e);
        }
    }
}
