using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Who has which grain.</summary>
public sealed class OwnershipTests
{
    /// <summary>A thread that looked at the view before the grain moved may come to make the activation long after.</summary>
    [Fact]
    public async Task Activation_MadeAfterTheGrainHasMoved_DoesNotBecomeActive()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 2 });
        var counter = cluster.GrainIn<ICounterGrain>(cluster.Silos[1]);
        await counter.IncrementAsync();
        var former = cluster.Silos[0].Get<SiloRuntime>();

        var late = former.Directory.GetOrCreate(former.FindClass(counter.GetGrainId().Type)!, counter.GetGrainId());

        await late.Deactivated.WaitAsync(SiloCluster.Patience);
        cluster.Journal.Overlaps.ShouldBeEmpty();
        former.Directory.Find(counter.GetGrainId()).ShouldBeNull();
        (await counter.IncrementAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Owner_OfAThousandGrains_IsTheSameForAllAndAnswersTheCall()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var grains = Enumerable.Range(0, 1_000).Select(i => cluster.Grains.GetGrain<ICounterGrain>($"grain {i}")).ToList();

        var where = await Task.WhenAll(grains.Select(static grain => grain.WhereAsync()));

        for (var i = 0; i < grains.Count; i++)
        {
            var id = grains[i].GetGrainId();
            var owner = cluster.Client.Views.Current.Ring.OwnerOf(id);
            foreach (var silo in cluster.Silos) silo.Views.Current.Ring.OwnerOf(id).ShouldBe(owner);
            where[i].ShouldBe(owner!.ToString());
        }

        foreach (var silo in cluster.Silos) where.Count(one => one == silo.Address.ToString()).ShouldBeGreaterThan(200);
        cluster.Journal.Overlaps.ShouldBeEmpty();
    }
}
