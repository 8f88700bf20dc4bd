using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Warren.Harness.Counters;
using Warren.Harness.History;
using Warren.Harness.Silos;
using Warren.Silo.Stores;
using Warren.TestSupport;

namespace Warren.Harness.Tests.Silos;

/// <summary>Whole silos whose database goes away under load and comes back.</summary>
public sealed class DatabaseOutageTests
{
    private const int Silos = 2, Counters = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private static readonly TimeProvider s_time = TimeProvider.System;

    /// <summary>Longer than the limit of silence and the waits of the store, so that whatever gives up has given up.</summary>
    [Fact]
    public Task Database_AwayForTenSeconds_SilosStayUpAndNothingAcknowledgedIsLost() => PlayAsync(TimeSpan.FromSeconds(10));

    [Fact, Trait("Category", "Soak")]
    public Task Database_AwayForThirtySeconds_SilosStayUpAndNothingAcknowledgedIsLost() => PlayAsync(TimeSpan.FromSeconds(30));

    private static async Task PlayAsync(TimeSpan outage)
    {
        await using var server = await PrivatePostgres.StartNewAsync();
        await server.ExecuteAsync($"ALTER SYSTEM SET {WriteHistory.NeededSetting} = on");
        await server.StopAsync();
        await server.StartAsync();
        var database = await server.NewDatabaseAsync();
        // The server cuts off whatever a pool would keep.
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false });
        var history = new WriteHistory(source);
        var hosts = new List<IHost>();
        try
        {
            var ports = Enumerable.Range(0, Silos).Select(_ => LocalPorts.Next()).ToList();
            foreach (var port in ports)
            {
                await StartAsync(hosts, TrialHosts.Silo(new SiloSettings($"silo-{port}", port, Postgres: database)));
                if (hosts.Count == 1) await history.InstallAsync();
            }

            await StartAsync(hosts, TrialHosts.Client(null, ports));
            var grains = hosts[^1].Services.GetRequiredService<IClusterClient>();
            await using var load = CounterLoad.Start(grains, Counters, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(250), s_time);
            await load.AllAnswering().WaitAsync(s_patience);

            await server.CrashAsync();
            var away = Task.Delay(outage, s_time);
            await RefusedAsync(grains);
            await away;
            await RefusedAsync(grains);
            await server.StartAsync();

            await load.AllAnswering().WaitAsync(s_patience);
            await load.StopAsync();
            load.Failures.Keys.ShouldBeSubsetOf([nameof(StoreUnavailableException), nameof(StoreOutcomeUnknownException)]);
            var verdict = HistoryCheck.Run(
                await history.ReadAsync(), await history.ReadStoredAsync(), load.Records, new Dictionary<string, DateTimeOffset>());
            verdict.Problems.ShouldBeEmpty();
            (await history.ReadDeadAsync()).ShouldBeEmpty();
            load.Records.Select(static record => record.LastSilo).Distinct().Count().ShouldBe(Silos);
            foreach (var host in hosts) host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.ShouldBeFalse();
        }
        finally
        {
            foreach (var host in Enumerable.Reverse(hosts))
            {
                await host.StopAsync();
                host.Dispose();
            }
        }
    }

    private static async Task StartAsync(List<IHost> hosts, HostApplicationBuilder builder)
    {
        var host = builder.Build();
        hosts.Add(host);
        await host.StartAsync();
    }

    /// <summary>A caller is told at once, not by its deadline, and what to do.</summary>
    private static async Task RefusedAsync(IGrainFactory grains)
    {
        var begun = s_time.GetTimestamp();
        var failure = await Should.ThrowAsync<StoreException>(() => grains.GetGrain<ICounterGrain>(Counters).IncrementAsync(1));

        failure.Fault.ShouldBe(StoreFault.Unreachable);
        failure.Message.ShouldContain("Check that the database runs and is where the settings say");
        s_time.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }
}
