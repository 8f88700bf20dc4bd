using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Silos that end without a word.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Kill_UnderLoad_FailsCallsAtOnceAndLosesNothingAcknowledged()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var load = new CounterLoad(cluster, cluster.Grains, 60);
        await load.AnsweredAsync(400);
        var victim = cluster.Silos[1];

        await cluster.KillAsync(victim);
        await cluster.DeadAsync(victim);
        await load.AnsweredAsync(400);
        await load.EndAsync();

        load.AssertStored();
        load.Failures.ShouldAllBe(static one => one.Failure is SiloUnavailableException);
        foreach (var key in load.Keys)
        {
            var where = await cluster.Grains.GetGrain<ICounterGrain>(key).WhereAsync();
            where.ShouldBeOneOf(cluster.Silos[0].Address.ToString(), cluster.Silos[2].Address.ToString());
        }
    }

    [Fact]
    public async Task Kill_WhileACallRuns_FailsItLongBeforeItsDeadline()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var victim = cluster.Silos[2];
        var grain = cluster.GrainIn<IProbeGrain>(victim);
        var fromClient = grain.HangAsync("from client", CancellationToken.None);
        var relay = cluster.GrainIn<IProbeGrain>(cluster.Silos[0]);
        var fromGrain = relay.HangThroughAsync(cluster.GrainIn<IProbeGrain>(victim, "other"), "from grain");
        await cluster.Events.HappenedAsync("hangs: from client");
        await cluster.Events.HappenedAsync("hangs: from grain");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await cluster.KillAsync(victim);

        await Should.ThrowAsync<SiloUnavailableException>(() => fromClient);
        await Should.ThrowAsync<SiloUnavailableException>(() => fromGrain);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "the deadline is 30 s");
    }
}
