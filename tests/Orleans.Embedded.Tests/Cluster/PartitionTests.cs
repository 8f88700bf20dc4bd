using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Two silos that cannot see each other while a third sees both.</summary>
public sealed class PartitionTests
{
    /// <summary>Longer than the silence after which one silo suspects another: at most 8 s by default.</summary>
    private static readonly TimeSpan s_partition = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Partition_OfOneLink_KillsNobodyAndHeals()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var (a, b, c) = (cluster.Silos[0], cluster.Silos[1], cluster.Silos[2]);
        var (inA, inB, inC) = (cluster.GrainIn<IProbeGrain>(a), cluster.GrainIn<IProbeGrain>(b), cluster.GrainIn<IProbeGrain>(c));
        (await inA.CallThroughAsync([inB.GetPrimaryKeyString()])).ShouldBe(b.Address.ToString());

        Hold(true);
        var across = cluster.GrainIn<IProbeGrain>(a, "across").CallThroughAsync([inB.GetPrimaryKeyString()]);
        await Task.Delay(s_partition);

        across.IsCompleted.ShouldBeFalse();
        foreach (var grain in new[] { inA, inB, inC }) await grain.WhereAsync().WaitAsync(SiloCluster.Patience);
        (await inC.CallThroughAsync([inA.GetPrimaryKeyString()])).ShouldBe(a.Address.ToString());
        (await inC.CallThroughAsync([inB.GetPrimaryKeyString()])).ShouldBe(b.Address.ToString());
        (await inB.CallThroughAsync([inC.GetPrimaryKeyString()])).ShouldBe(c.Address.ToString());
        ClusterView.Of(await cluster.Table.ReadAll()).Active.Length.ShouldBe(3);

        Hold(false);
        (await across.WaitAsync(SiloCluster.Patience)).ShouldBe(b.Address.ToString());
        (await inB.CallThroughAsync([inA.GetPrimaryKeyString()])).ShouldBe(a.Address.ToString());
        cluster.Silos.ShouldAllBe(static silo => !silo.DeclaredDead.IsCompleted);

        void Hold(bool isHeld)
        {
            foreach (var link in new[] { cluster.Network.Link(a.Name, b.Name), cluster.Network.Link(b.Name, a.Name) })
            {
                if (isHeld) link.Hold();
                else link.Release();
            }
        }
    }

    [Fact]
    public async Task Cut_OfAllConnectionsBetweenTwoSilos_IsRepairedByTheNextCall()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var (a, b) = (cluster.Silos[0], cluster.Silos[1]);
        var (inA, inB) = (cluster.GrainIn<IProbeGrain>(a), cluster.GrainIn<IProbeGrain>(b));
        var across = inA.HangThroughAsync(inB, "cut off");
        await cluster.Events.HappenedAsync("hangs: cut off");

        cluster.Network.Cut(a.Name, b.Name);

        await Should.ThrowAsync<SiloUnavailableException>(() => across.WaitAsync(SiloCluster.Patience));
        (await inA.ContextAsync("none", cluster.GrainIn<IProbeGrain>(b, "other"))).ShouldBeNull();
        (await inB.CallThroughAsync([inA.GetPrimaryKeyString()])).ShouldBe(a.Address.ToString());
        ClusterView.Of(await cluster.Table.ReadAll()).Active.Length.ShouldBe(3);
    }
}
