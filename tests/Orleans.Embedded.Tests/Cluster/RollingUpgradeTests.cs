using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Silos of this release and of the next in one cluster.</summary>
public sealed class RollingUpgradeTests
{
    [Fact]
    public async Task Silos_OfTwoReleases_CallEachOtherInAllWays()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 2 });
        var next = await cluster.StartSiloAsync(NextRelease.Play);
        await cluster.AgreedAsync();
        var present = cluster.Silos[0];
        next.Get<ConnectionManager>().Connections.ShouldAllBe(static one => one.Remote.Protocol == ProtocolVersions.Current.Max);
        var board = new NoticeBoard();
        var observer = cluster.Grains.CreateObjectReference<INoticeObserver>(board);

        foreach (var (from, to) in new[] { (present, next), (next, present) })
        {
            var (caller, callee) = (cluster.GrainIn<IProbeGrain>(from), cluster.GrainIn<IProbeGrain>(to));
            (await caller.CallThroughAsync([callee.GetPrimaryKeyString()])).ShouldBe(to.Address.ToString());
            var remote = from.Grains.GetGrain<IProbeGrain>(callee.GetPrimaryKeyString());
            (await Should.ThrowAsync<ProbeException>(() => remote.FailAsync("wrong"))).Message.ShouldBe($"wrong in {to.Address}");
            (await remote.CountAsync(500, CancellationToken.None).ToListAsync()).ShouldBe(Enumerable.Range(0, 500));
            await remote.NotifyAsync(observer, "hello");
            (await board.NextAsync()).ShouldBe($"hello from {to.Address}");
        }

        GC.KeepAlive(board);
    }

    [Fact]
    public async Task Upgrade_OfOneSiloAfterAnother_FailsNoCall()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 2 });
        var load = new CounterLoad(cluster, cluster.Grains, 40);
        await load.AnsweredAsync(200);

        for (var i = 0; i < 2; i++)
        {
            await cluster.StartSiloAsync(NextRelease.Play);
            await load.AnsweredAsync(150);
            await cluster.StopAsync(cluster.Silos[i]).WaitAsync(SiloCluster.Patience);
            await load.AnsweredAsync(150);
        }

        // And back by one, as after an upgrade that was given up.
        var back = await cluster.StartSiloAsync();
        await cluster.StopAsync(cluster.Silos[2]).WaitAsync(SiloCluster.Patience);
        await load.AnsweredAsync(150);
        await load.EndAsync();

        load.Failures.ShouldBeEmpty();
        load.AssertStored();
        cluster.Journal.Overlaps.ShouldBeEmpty();
        cluster.Journal.ActiveIn(back.Address.ToString()).ShouldNotBeEmpty();
        foreach (var gone in cluster.Silos.Take(3)) cluster.Journal.ActiveIn(gone.Address.ToString()).ShouldBeEmpty();
    }
}
