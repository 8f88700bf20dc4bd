using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Silos that leave and join in order, under load: callers must not notice.</summary>
public sealed class GracefulTests
{
    private const int Counters = 60;

    [Fact]
    public async Task Stop_OfOneOfThreeSilosUnderLoad_FailsNoCallAndLosesNoIncrement()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var load = new CounterLoad(cluster, cluster.Grains, Counters);
        await load.AnsweredAsync(400);
        var leaving = cluster.Silos[1];
        var moving = cluster.Journal.ActiveIn(leaving.Address.ToString());

        await cluster.StopAsync(leaving).WaitAsync(SiloCluster.Patience);
        await load.AnsweredAsync(400);
        await load.EndAsync();

        load.Failures.ShouldBeEmpty();
        load.AssertStored();
        cluster.Journal.Overlaps.ShouldBeEmpty();
        moving.Count.ShouldBeGreaterThan(0);
        cluster.Journal.Deactivated.Where(one => one.Silo == leaving.Address.ToString()).Select(static one => one.Grain).ShouldBe(moving, ignoreOrder: true);
        var remaining = new[] { cluster.Silos[0].Address.ToString(), cluster.Silos[2].Address.ToString() };
        foreach (var key in load.Keys) remaining.ShouldContain(await cluster.Grains.GetGrain<ICounterGrain>(key).WhereAsync());
    }

    [Fact]
    public async Task Join_OfASiloUnderLoad_FailsNoCallAndLosesNoIncrement()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 2 });
        var load = new CounterLoad(cluster, cluster.Grains, Counters);
        await load.AnsweredAsync(400);

        var joined = await cluster.StartSiloAsync();
        await cluster.AgreedAsync();
        await load.AnsweredAsync(400);
        await load.EndAsync();

        load.Failures.ShouldBeEmpty();
        load.AssertStored();
        cluster.Journal.Overlaps.ShouldBeEmpty();
        var moved = cluster.Journal.ActiveIn(joined.Address.ToString());
        moved.Count.ShouldBeGreaterThan(0);
        cluster.Journal.Deactivated.Select(static one => one.Grain).ShouldBe(moved, ignoreOrder: true);
        cluster.Journal.Deactivated.ShouldAllBe(static one => one.Reason.ReasonCode == DeactivationReasonCode.DuplicateActivation);
    }

    [Fact]
    public async Task Stop_WhileAnAnswerIsOnItsWay_StillDeliversIt()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var leaving = cluster.Silos[1];
        var counter = cluster.GrainIn<ICounterGrain>(leaving);
        await counter.IncrementAsync();
        var answers = cluster.Network.Link(leaving.Name, cluster.Client.Name);

        answers.Hold();
        var call = counter.IncrementAsync();
        var stopping = cluster.StopAsync(leaving);
        await cluster.DeadAsync(leaving);
        call.IsCompleted.ShouldBeFalse();
        answers.Release();

        (await call.WaitAsync(SiloCluster.Patience)).ShouldBe(2);
        await stopping.WaitAsync(SiloCluster.Patience);
        (await counter.GetAsync()).ShouldBe(2);
    }
}
