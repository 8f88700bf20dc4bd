using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Warren.Silo.Stores;

/// <summary>One store: a database, the loops that use it, and the providers over them.</summary>
internal sealed class WarrenStore : IAsyncDisposable
{
    private readonly StoreDatabase _database;
    private readonly StoreMeters _meters = new();
    private readonly Committer _committer;
    private readonly ReadLoops _readers;
    private readonly ControlLane _lane;

    public WarrenStore(
        StoreEngine engine,
        StoreOptions options,
        StoreScope scope,
        TimeProvider time,
        ILogger logger,
        IReadOnlyList<SchemaMigration>? migrations = null)
    {
        _database = new StoreDatabase(engine, migrations ?? SchemaMigration.All);
        _committer = new Committer(_database, options, scope, _meters, time, logger);
        _readers = new ReadLoops(_database, options, _meters, time, logger);
        _lane = new ControlLane(_database, options, time, logger);
        _meters.ObservePending(() => _committer.Pending, () => _readers.Pending);
        States = new GrainStateStore(_database, _committer, _readers, scope, new StateSerializer(options.StateFormats));
        Members = new MembershipStore(_lane, scope);
        Reminders = new ReminderStore(_lane, _committer, _readers, scope);
    }

    public StoreMeters Meters => _meters;

    public StoreEngine Engine => _database.Engine;

    public IGrainStorage States { get; }

    public IMembershipTable Members { get; }

    public IReminderTable Reminders { get; }

    /// <summary>The time by the database's clock, by which machines whose own clocks are wrong can tell so.</summary>
    /// <exception cref="StoreException">It is not reached.</exception>
    public Task<DateTimeOffset> ReadClockAsync() => _lane.RunAsync(async connection =>
    {
        var milliseconds = 0L;
        await connection.QueryAsync([new BoundStatement(_database.Engine.ClockQuery)], (_, row) => milliseconds = row.GetInt64(0));
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    });

    /// <summary>Does what is queued, then closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await _committer.DisposeAsync();
        await _readers.DisposeAsync();
        await _lane.DisposeAsync();
        await _database.DisposeAsync();
        _meters.Dispose();
    }
}
