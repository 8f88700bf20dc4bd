using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Who has which grain.</summary>
public sealed class OwnershipTests
{
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
