using Microsoft.Extensions.Logging;

namespace Warren.Silo.Stores;

/// <summary>
/// The one connection of a loop. When it is lost, it is opened again on demand; after a failed attempt the next waits, longer each
/// time up to a limit, and until then asking fails at once. Used by one caller at a time.
/// </summary>
internal sealed partial class ConnectionKeeper(
    StoreDatabase database,
    StoreOptions options,
    TimeProvider time,
    ILogger logger,
    string loop) : IAsyncDisposable
{
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(100);

    private StoreConnection? _connection;
    private TimeSpan _delay;
    private long _failedAt;
    private long _usedAt;

    /// <summary>Why there is no connection, after <see cref="TryGetAsync"/> returned null.</summary>
    public StoreFailure? Failure { get; private set; }

    /// <summary>How long the next attempt has to wait; zero if it may be made now.</summary>
    public TimeSpan UntilNextAttempt
    {
        get
        {
            var rest = Failure is null ? TimeSpan.Zero : _delay - time.GetElapsedTime(_failedAt);
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }

    public async Task<StoreConnection?> TryGetAsync()
    {
        await CheckIdleAsync();
        _usedAt = time.GetTimestamp();
        if (_connection is not null) return _connection;
        if (UntilNextAttempt > TimeSpan.Zero) return null;
        try
        {
            _connection = await database.OpenAsync(CancellationToken.None);
            if (Failure is not null) LogBack(database.Engine.Description, loop);
            Failure = null;
            _delay = TimeSpan.Zero;
        }
        catch (Exception e)
        {
            // Opening writes nothing, whatever the exception would mean elsewhere.
            var failure = database.Explain(e) with { NothingWritten = true };
            if (Failure is null) LogAway(e, database.Engine.Description, loop, failure.Fault, failure.Cause);
            Failure = failure;
            var doubled = TimeSpan.FromTicks(Math.Min(2 * _delay.Ticks, options.MaxReconnectDelay.Ticks));
            _delay = _delay == TimeSpan.Zero ? options.ReconnectDelay : doubled;
            _failedAt = time.GetTimestamp();
        }

        return _connection;
    }

    /// <summary>Gives up a connection that failed. A new one may be opened at once.</summary>
    public async ValueTask DropAsync()
    {
        var connection = _connection;
        _connection = null;
        if (connection is null) return;
        try
        {
            await connection.DisposeAsync();
        }
        catch (Exception e) when (database.Explain(e).ConnectionLost)
        {
            // It was lost already; closing it can tell no more.
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    // A connection that was lost meanwhile would otherwise fail the transaction that is sent next, with an outcome that is not known.
    private async Task CheckIdleAsync()
    {
        if (_connection is null || time.GetElapsedTime(_usedAt) < s_idle) return;
        try
        {
            await _connection.CheckAsync();
        }
        catch (Exception e)
        {
            var failure = database.Explain(e);
            if (failure.Fault == StoreFault.Rejected) LogCheckFailed(e, database.Engine.Description, loop, failure.Cause);
            else LogLost(e, database.Engine.Description, loop);
            await DropAsync();
        }
    }
}
