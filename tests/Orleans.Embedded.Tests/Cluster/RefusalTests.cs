using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Processes and messages that do not belong here.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task Silo_OfAnotherCluster_CannotJoin()
    {
        using var metrics = new MetricRecorder();
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 1, Silo = Metered(metrics) });
        var stranger = cluster.CreateSilo(static builder =>
        {
            builder.Configure<ClusterOptions>(static options => options.ClusterId = "another");
            builder.Configure<ClusterMembershipOptions>(static options => options.MaxJoinAttemptTime = TimeSpan.FromSeconds(2));
            builder.Services.AddMetrics();
        });

        await Should.ThrowAsync<OrleansException>(() => stranger.Host.StartAsync().WaitAsync(SiloCluster.Patience));

        await metrics.RefusedAsync("wrong-cluster");
        await stranger.Host.StopAsync();
        stranger.Host.Dispose();
        (await cluster.Grains.GetGrain<IProbeGrain>("any").WhereAsync()).ShouldBe(cluster.Silos[0].Address.ToString());
        cluster.Silos[0].Views.Current.Active.ShouldBe([cluster.Silos[0].Address]);
    }

    [Fact]
    public async Task Client_OfAnotherCluster_IsToldWhy()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 1 });

        var error = await Should.ThrowAsync<SiloUnavailableException>(() => cluster.StartClientAsync(static options => options.ClusterId = "another"));

        error.Message.ShouldContain("cluster");
        error.Message.ShouldContain("another");
    }

    [Fact]
    public async Task Call_OfAnUnknownMethod_IsRefusedAndCounted()
    {
        using var metrics = new MetricRecorder();
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 1, Silo = Metered(metrics) });
        var silo = cluster.Silos[0];
        var call = TestNode.NewCall("what is this?");

        cluster.Client.Get<ConnectionManager>().Send(PeerId.OfSilo(silo.Address), call);

        (await Should.ThrowAsync<RejectedException>(() => call.End.WaitAsync(SiloCluster.Patience))).Kind.ShouldBe(RejectionKind.Unrecognised);
        await metrics.RefusedAsync(RefusedBecause.BadCall);
        (await cluster.Grains.GetGrain<IProbeGrain>("any").WhereAsync()).ShouldBe(silo.Address.ToString());
    }

    [Fact]
    public async Task Call_OfAnUnknownGrainType_IsRefusedWithItsName()
    {
        await using var cluster = await SiloCluster.StartAsync(new ClusterSettings { Silos = 1 });
        var stranger = cluster.Grains.GetGrain<IProbeGrain>(GrainId.Create("nosuchgrain", "1"));

        var error = await Should.ThrowAsync<OrleansMessageRejectionException>(() => stranger.WhereAsync().WaitAsync(SiloCluster.Patience));

        error.Message.ShouldContain("no grain class of type 'nosuchgrain'");
        (await cluster.Grains.GetGrain<IProbeGrain>("any").WhereAsync()).ShouldBe(cluster.Silos[0].Address.ToString());
    }

    private static Action<ISiloBuilder> Metered(MetricRecorder metrics) => builder => builder.Services.AddSingleton<IMeterFactory>(metrics.Factory);
}
