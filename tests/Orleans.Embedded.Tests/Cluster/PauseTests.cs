using Microsoft.Extensions.Hosting;
using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Silos that stand still for a while.</summary>
public sealed class PauseTests
{
    [Fact]
    public async Task Pause_BeyondTheSilenceLimit_MakesTheSiloStopWithoutAStaleWrite()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings
        {
            Membership = static options => options.ProbeTimeout = TimeSpan.FromMilliseconds(700),
        });
        var victim = cluster.Silos[1];
        var load = new CounterLoad(cluster, cluster.Grains, 60);
        await load.AnsweredAsync(300);
        var counter = cluster.GrainIn<ICounterGrain>(victim, "held");
        await counter.IncrementAsync();

        // The write of this call is on its way to the store when the silo stops.
        victim.Gate.Pause();
        var held = counter.IncrementAsync();
        await Task.WhenAny(held, cluster.GrainIn<IProbeGrain>(victim).WhereAsync());
        cluster.Pause(victim);
        await cluster.DeadAsync(victim);
        await Should.ThrowAsync<SiloUnavailableException>(() => held.WaitAsync(TimeSpan.FromSeconds(15)));
        (await counter.IncrementAsync()).ShouldBe(2);
        await load.AnsweredAsync(300);
        await load.EndAsync();
        var before = cluster.Storage.Accepted.Count;
        var takenOver = cluster.Storage.Accepted.Where(write => !write.Silo.Equals(victim.Address)).Select(static write => write.Grain).ToHashSet();
        cluster.Resume(victim);

        await victim.DeclaredDead.WaitAsync(SiloCluster.Patience);
        await cluster.Events.HappenedAsync($"refused: {counter.GetGrainId()} by {victim.Address}");
        victim.Get<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.ShouldBeTrue();
        await victim.Host.StopAsync().WaitAsync(SiloCluster.Patience);
        cluster.Storage.Accepted.Skip(before).Where(write => write.Silo.Equals(victim.Address) && takenOver.Contains(write.Grain)).ShouldBeEmpty();
        cluster.Storage.Refused.ShouldAllBe(write => write.Silo.Equals(victim.Address));
        cluster.Storage.Read<CounterState>("counter", counter.GetGrainId())!.Value.ShouldBe(2);
        load.AssertStored();
        load.Failures.ShouldAllBe(static one => one.Failure is SiloUnavailableException);
        cluster.Silos.Where(silo => silo != victim).ShouldAllBe(static silo => !silo.DeclaredDead.IsCompleted);
    }

    [Fact]
    public async Task Pause_ShorterThanTheSilenceLimit_OnlyDelaysCalls()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var paused = cluster.Silos[1];
        var counter = cluster.GrainIn<ICounterGrain>(paused);
        var load = new CounterLoad(cluster, cluster.Grains, 60);
        await load.AnsweredAsync(200);

        cluster.Pause(paused);
        var waiting = counter.IncrementAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        waiting.IsCompleted.ShouldBeFalse();
        cluster.Resume(paused);

        (await waiting.WaitAsync(SiloCluster.Patience)).ShouldBe(1);
        await load.AnsweredAsync(200);
        await load.EndAsync();
        load.Failures.ShouldBeEmpty();
        load.AssertStored();
        ClusterView.Of(await cluster.Table.ReadAll()).Active.Length.ShouldBe(3);
        paused.DeclaredDead.IsCompleted.ShouldBeFalse();
    }
}
