using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Warren.Conformance.Storage;
using Warren.Silo.Stores;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Stores;

/// <summary>A database that goes away, is locked, read-only or full, and comes back.</summary>
[Collection(StoreCollection.Name)]
public sealed class OutageTests(SharedPostgres postgres) : IAsyncLifetime
{
    // Far above what failing at once takes, far below what waiting for a time-out would.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(2);

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Fact]
    public async Task Postgres_StoppedAndStarted_FailsClearlyMeanwhileAndThenWorks()
    {
        await using var server = await PrivatePostgres.StartNewAsync();
        var time = new ManualTime();
        var store = _source.Open(SchemaTests.Impatient(new StoreOptions().UsePostgres(await server.NewDatabaseAsync())), time: time);
        await store.Members.InitializeMembershipTable(true);
        var state = await store.WriteNewAsync("key", 1);
        await server.StopAsync();
        time.Advance(TimeSpan.FromSeconds(1));

        await AssertAwayAsync(store, state, "Failed to connect to 127.0.0.1");

        await server.StartAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await AssertBackAsync(store, state);
    }

    [Fact]
    public async Task Postgres_RestartedWhileIdle_IsNotNoticed()
    {
        await using var server = await PrivatePostgres.StartNewAsync();
        var store = _source.Open(new StoreOptions().UsePostgres(await server.NewDatabaseAsync()));
        var state = await store.WriteNewAsync("key", 1);
        await store.ReadAsync("key");
        await server.CrashAsync();
        await server.StartAsync();

        (await store.ReadAsync("key")).State!.Count.ShouldBe(1);
        await store.WriteAsync("key", state, 2);

        (await store.ReadAsync("key")).State!.Count.ShouldBe(2);
    }

    /// <summary>A connection costs a process of the server and several round trips; calls after every short silence would pay that.</summary>
    [Fact]
    public async Task Postgres_Idle_KeepsItsConnections()
    {
        var time = new ManualTime();
        var store = _source.Open(await _source.OptionsAsync(StoreKind.Postgres), time: time);
        await store.Members.InitializeMembershipTable(true);
        var state = await store.WriteNewAsync("key", 1);
        await store.ReadAsync("key");
        var before = await ServerProcessesAsync(store);
        before.Count.ShouldBeGreaterThanOrEqualTo(2);

        for (var i = 2; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await store.WriteAsync("key", state, i);
            (await store.ReadAsync("key")).State!.Count.ShouldBe(i);
            await store.Members.ReadAll();
        }

        before.Except(await ServerProcessesAsync(store)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sqlite_FileMovedAwayAndBack_FailsClearlyMeanwhileAndThenWorks()
    {
        var store = _source.Open(SchemaTests.Impatient(await _source.OptionsAsync(StoreKind.Sqlite)));
        await store.Members.InitializeMembershipTable(true);
        var state = await store.WriteNewAsync("key", 1);
        File.Move(_source.SqliteFile, _source.SqliteFile + ".moved");

        await AssertAwayAsync(store, state, $"the file '{_source.SqliteFile}' is gone");

        File.Exists(_source.SqliteFile).ShouldBeFalse();
        File.Move(_source.SqliteFile + ".moved", _source.SqliteFile);
        await AssertBackAsync(store, state);
    }

    [Fact]
    public async Task Away_WithABackoff_ConnectsAgainAfterIt()
    {
        var options = await _source.OptionsAsync(StoreKind.Sqlite);
        options.ReconnectDelay = TimeSpan.FromMinutes(1);
        options.MaxReconnectDelay = TimeSpan.FromMinutes(3);
        var time = new ManualTime();
        var store = _source.Open(options, time: time);
        var state = await store.WriteNewAsync("key", 1);
        File.Move(_source.SqliteFile, _source.SqliteFile + ".moved");
        // The first failure drops the connection, the second fails to open one.
        await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteAsync("key", state, 2));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteAsync("key", state, 2));
        time.Advance(TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteAsync("key", state, 2));
        File.Move(_source.SqliteFile + ".moved", _source.SqliteFile);

        time.Advance(TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteAsync("key", state, 2));
        time.Advance(TimeSpan.FromMinutes(1));
        await store.WriteAsync("key", state, 3);

        (await store.ReadAsync("key")).State!.Count.ShouldBe(3);
    }

    [Theory, BothStores]
    public async Task Locked_LongerThanTheTimeout_FailsWithoutAnythingWritten(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        options.LockTimeout = TimeSpan.FromSeconds(1);
        var store = _source.Open(options);
        var state = await store.WriteNewAsync("key", 1);

        await using (await DatabaseLock.TakeAsync(options))
        {
            var failure = await Should.ThrowAsync<StoreUnavailableException>(() => store.WriteAsync("key", state, 2));
            failure.Fault.ShouldBe(StoreFault.Locked);
            failure.Message.ShouldStartWith($"The {store.Engine.Description} is locked by another process: ");
            failure.Message.ShouldContain("Nothing was written.");
            (await store.ReadAsync("key")).State!.Count.ShouldBe(1);
        }

        await store.WriteAsync("key", state, 3);
        (await store.ReadAsync("key")).State!.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Sqlite_DiskFull_FailsClearlyReadsOnAndWorksWhenThereIsSpace()
    {
        await using var disk = await SmallDisk.MountAsync(4);
        var store = _source.Open(new StoreOptions().UseSqlite(Path.Combine(disk.Folder, "store.db")));
        var state = await store.WriteNewAsync("key", 1);
        disk.Fill();

        var failure = await FailureAsync(store, state);

        failure.Fault.ShouldBe(StoreFault.Full);
        failure.Message.ShouldStartWith(
            $"The {store.Engine.Description} is full: SQLite Error 13: 'database or disk is full'. Nothing was written.");
        (await store.ReadAsync("key")).ETag.ShouldBe(state.ETag);
        disk.Free();
        await store.WriteAsync("key", state, 100);
        (await store.ReadAsync("key")).State!.Count.ShouldBe(100);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Postgres_DiskFull_FailsClearlyReadsOnAndWorksWhenThereIsSpace()
    {
        await using var disk = await SmallDisk.MountAsync(24, "postgres");
        var name = "full_" + Guid.NewGuid().ToString("N");
        await postgres.Server.ExecuteAsync($"CREATE TABLESPACE {name} LOCATION '{disk.Folder}'");
        await postgres.Server.ExecuteAsync($"CREATE DATABASE {name} TABLESPACE {name}");
        var store = _source.Open(new StoreOptions().UsePostgres(postgres.Server.ConnectionString(name)));
        var state = await store.WriteNewAsync("key", 1);
        disk.Fill();

        var failure = await FailureAsync(store, state);

        failure.Fault.ShouldBe(StoreFault.Full);
        failure.Message.ShouldContain("is full: 53100: could not extend file");
        failure.Message.ShouldContain("Nothing was written.");
        (await store.ReadAsync("key")).ETag.ShouldBe(state.ETag);
        disk.Free();
        await store.WriteAsync("key", state, 100);
        (await store.ReadAsync("key")).State!.Count.ShouldBe(100);
        await store.DisposeAsync();
        await postgres.Server.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        await postgres.Server.ExecuteAsync($"DROP TABLESPACE {name}");
    }

    [Fact]
    public async Task Sqlite_ReadOnlyDisk_IsNamed()
    {
        await using var disk = await SmallDisk.MountAsync(4);
        var options = SchemaTests.Impatient(new StoreOptions().UseSqlite(Path.Combine(disk.Folder, "store.db")));
        var first = _source.Open(options);
        await first.WriteNewAsync("key", 1);
        await first.DisposeAsync();
        await disk.MakeReadOnlyAsync();
        var store = _source.Open(options);

        var failure = await Should.ThrowAsync<StoreException>(() => store.WriteNewAsync("other", 1));

        failure.Fault.ShouldBe(StoreFault.ReadOnly);
        failure.Message.ShouldStartWith($"The {store.Engine.Description} is read-only: ");
    }

    [Fact]
    public async Task Postgres_ReadOnlyDatabase_IsNamed()
    {
        var options = await _source.OptionsAsync(StoreKind.Postgres);
        var first = _source.Open(options);
        await first.WriteNewAsync("key", 1);
        var database = new NpgsqlConnectionStringBuilder(options.PostgresConnectionString).Database;
        await postgres.Server.ExecuteAsync($"ALTER DATABASE {database} SET default_transaction_read_only = on");
        var store = _source.Open(options);

        (await store.ReadAsync("key")).State!.Count.ShouldBe(1);
        var failure = await Should.ThrowAsync<StoreException>(() => store.WriteNewAsync("other", 1));

        failure.Fault.ShouldBe(StoreFault.ReadOnly);
        failure.Message.ShouldContain("is read-only: 25006: cannot execute UPDATE in a read-only transaction. Nothing was written.");
    }

    /// <summary>Those of the server that serve the store.</summary>
    private static async Task<IReadOnlyList<int>> ServerProcessesAsync(WarrenStore store)
    {
        await using var connection = await store.Engine.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid";
        await using var reader = await command.ExecuteReaderAsync();
        var processes = new List<int>();
        while (await reader.ReadAsync()) processes.Add(reader.GetInt32(0));
        return processes;
    }

    private static async Task AssertAwayAsync(WarrenStore store, GrainState<CountState> state, string cause)
    {
        var elapsed = Stopwatch.StartNew();
        Func<Task>[] calls =
        [
            () => store.WriteAsync("key", state, 2),
            () => store.WriteNewAsync("other", 2),
            () => store.ReadAsync("key"),
            () => store.Members.ReadAll(),
            () => store.Reminders.ReadRows(0, 0),
            () => store.WriteAsync("key", state, 3),
        ];
        foreach (var call in calls)
        {
            var failure = await Should.ThrowAsync<StoreUnavailableException>(call);
            failure.Fault.ShouldBe(StoreFault.Unreachable);
            failure.Message.ShouldStartWith($"The {store.Engine.Description} cannot be reached: ");
            failure.Message.ShouldContain(cause);
            failure.Message.ShouldContain("Nothing was written. Check that the database runs");
        }

        elapsed.Elapsed.ShouldBeLessThan(s_atOnce * calls.Length);
    }

    private static async Task AssertBackAsync(WarrenStore store, GrainState<CountState> state)
    {
        await store.WriteAsync("key", state, 10);
        (await store.ReadAsync("key")).State!.Count.ShouldBe(10);
        (await store.ReadAsync("other")).RecordExists.ShouldBeFalse();
        (await store.Members.ReadAll()).Members.ShouldBeEmpty();
        (await store.Reminders.ReadRows(0, 0)).Reminders.ShouldBeEmpty();
    }

    // Writes until the disk is full: what fits into pages that are there already still succeeds.
    private static async Task<StoreException> FailureAsync(WarrenStore store, GrainState<CountState> state)
    {
        for (var count = 2; count < 1000; count++)
        {
            try
            {
                await store.WriteAsync("key", state, count, Convert.ToHexString(RandomNumberGenerator.GetBytes(3000)));
            }
            catch (StoreException e)
            {
                return e;
            }
        }

        throw new ShouldAssertException("the disk did not fill");
    }
}
