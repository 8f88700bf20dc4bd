using System.Net;
using Npgsql;
using Warren.Silo.Stores;
using Warren.TestSupport;
using Warren.TestSupport.Processes;

namespace Warren.Silo.Tests.Stores;

/// <summary>Processes and servers that end or stop in the middle of their work.</summary>
[Collection(StoreCollection.Name)]
public sealed class CrashTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Theory, BothStores]
    public async Task WriterKilled_AcknowledgedWrites_AreAllThere(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        for (var round = 0; round < 3; round++)
        {
            var acknowledged = new Acknowledged(300);
            await using var writer = WriterProcess.Start(
                kind, options.SqliteFile ?? options.PostgresConnectionString!, null, acknowledged.OnLine);
            await acknowledged.Enough.WaitAsync(s_limit);
            writer.Send(Signal.Kill);
            await writer.Exited.WaitAsync(s_limit);

            await AssertKeptAsync(_source.Open(options), acknowledged);
        }
    }

    [Fact]
    public async Task ServerCrashes_AcknowledgedWrites_AreAllThere()
    {
        await using var server = await PrivatePostgres.StartNewAsync();
        var options = SchemaTests.Impatient(new StoreOptions().UsePostgres(await server.NewDatabaseAsync()));
        var acknowledged = new Acknowledged(300);
        await using (WriterProcess.Start(StoreKind.Postgres, options.PostgresConnectionString!, null, acknowledged.OnLine))
        {
            await acknowledged.Enough.WaitAsync(s_limit);
            await server.CrashAsync();
        }

        await server.StartAsync();
        var store = _source.Open(options);
        await AssertKeptAsync(store, acknowledged);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task PrimaryFails_AcknowledgedWrites_AreOnTheStandbyAndItIsFollowed()
    {
        await using var primary = await PrivatePostgres.StartNewAsync();
        var direct = new NpgsqlConnectionStringBuilder(await primary.NewDatabaseAsync());
        await using var standby = await primary.StartStandbyAsync("second");
        await primary.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'second'");
        await primary.ExecuteAsync("SELECT pg_reload_conf()");
        // The standby is named first: the primary has to be found.
        var hosts = $"127.0.0.1:{standby.Port},127.0.0.1:{primary.Port}";
        var options = SchemaTests.Impatient(new StoreOptions().UsePostgres(
            $"Host={hosts};Database={direct.Database};Username={direct.Username}"));
        var store = _source.Open(options);
        await store.Members.InitializeMembershipTable(true);
        var states = await Task.WhenAll(WriterProcess.Keys.Select(key => store.WriteNewAsync(key, 0)));
        var acknowledged = new Acknowledged(100);
        var stop = new CancellationTokenSource();
        var writers = WriterProcess.Keys.Select((key, i) => Task.Run(async () =>
        {
            for (var count = 1; !stop.IsCancellationRequested; count++)
            {
                try
                {
                    await store.WriteAsync(key, states[i], count);
                    acknowledged.OnLine($"ack {key} {count}");
                }
                catch (StoreUnavailableException)
                {
                    // Nothing was written: the same again.
                    count--;
                }
                catch (StoreOutcomeUnknownException)
                {
                    return;
                }
            }
        })).ToArray();
        await acknowledged.Enough.WaitAsync(s_limit);

        await primary.CrashAsync();
        await standby.PromoteAsync();

        await stop.CancelAsync();
        await Task.WhenAll(writers).WaitAsync(s_limit);
        await AssertKeptAsync(store, acknowledged);
        await store.WriteAsync("key-0", await store.ReadAsync("key-0"), 1_000_000);
        (await store.ReadAsync("key-0")).State!.Count.ShouldBe(1_000_000);
        (await store.Members.ReadAll()).Members.ShouldBeEmpty();
        (await standby.QueryAsync("SELECT pg_is_in_recovery()")).ShouldBe(false);
        await store.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task WriterStopped_VoteDoesNotWaitAndNothingIsWrittenAfterIt()
    {
        var victim = SiloAddress.New(IPAddress.Loopback, 2390, 1);
        var options = await _source.OptionsAsync(StoreKind.Postgres);
        var store = _source.Open(options);
        await FencingTests.JoinAsync(store, victim);
        var acknowledged = new Acknowledged(300);
        await using var writer = WriterProcess.Start(
            StoreKind.Postgres, options.PostgresConnectionString!, victim, acknowledged.OnLine);
        await acknowledged.Enough.WaitAsync(s_limit);

        writer.Send(Signal.Stop);
        await FencingTests.DeclareDeadAsync(store, victim).WaitAsync(TimeSpan.FromSeconds(10));
        var atVote = await CountsAsync(store);
        writer.Send(Signal.Continue);

        (await writer.Exited.WaitAsync(s_limit)).ShouldBe(3);
        (await CountsAsync(store)).ShouldBe(atVote);
        await AssertKeptAsync(store, acknowledged);
    }

    private static Task<int[]> CountsAsync(WarrenStore store) =>
        Task.WhenAll(WriterProcess.Keys.Select(async key => (await store.ReadAsync(key)).State!.Count));

    // One write of each key may have been made without its acknowledgement getting through.
    private static async Task AssertKeptAsync(WarrenStore store, Acknowledged acknowledged)
    {
        acknowledged.Last.ShouldNotBeEmpty();
        foreach (var (key, count) in acknowledged.Last)
            (await store.ReadAsync(key)).State!.Count.ShouldBeInRange(count, count + 1, key);
    }
}
