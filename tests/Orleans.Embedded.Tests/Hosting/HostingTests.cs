using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Embedded.Tests.Calls;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.TestingHost;

namespace Orleans.Embedded.Tests.Hosting;

/// <summary>Silos and clients as parts of generic hosts.</summary>
public sealed class HostingTests : IAsyncDisposable
{
    private readonly InMemoryNetwork _network = new(TimeProvider.System);

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task Hosts_OfAllKindsOfBuilders_RunSilosAndClients()
    {
        using var classicSilo = new HostBuilder().UseOrleans((_, silo) => Silo(silo, 1)).ConfigureServices(Network("one")).Build();
        await classicSilo.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client => Client(client, 1));
        Network("two")(builder.Services);
        using var client = builder.Build();
        await client.StartAsync();
        using var classicClient = new HostBuilder().UseOrleansClient((_, client) => Client(client, 1)).ConfigureServices(Network("three")).Build();
        await classicClient.StartAsync();

        foreach (var host in new[] { classicSilo, client, classicClient })
        {
            (await host.Services.GetRequiredService<IClusterClient>().GetGrain<IOrdersGrain>("any").SumAsync(1, 2)).ShouldBe(3);
            host.Services.GetRequiredService<IGrainFactory>().ShouldBeSameAs(host.Services.GetRequiredService<IClusterClient>());
        }

        await classicClient.StopAsync();
        await client.StopAsync();
        await classicSilo.StopAsync();
    }

    [Fact]
    public async Task HostedService_AddedAfterTheSilo_CanCallGrainsFromItsStartToItsStop()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => Silo(silo, 2));
        Network("one")(builder.Services);
        builder.Services.AddHostedService<Caller>();
        using var host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetServices<IHostedService>().OfType<Caller>().Single().Sums.ShouldBe([3, 7]);
    }

    [Fact]
    public async Task Silo_WhoseFormerLifeStartedLaterByTheClock_ComesAfterItThoughAServiceHoldsItsGrains()
    {
        var former = SiloAddress.New(IPAddress.Loopback, 20_006, SiloAddress.AllocateNewGeneration() + 3600);
        var table = new InMemoryMembershipTable();
        await table.InitializeMembershipTable(true);
        await table.InsertRow(
            new MembershipEntry { SiloAddress = former, SiloName = "former", HostName = "here", Status = SiloStatus.Dead, IAmAliveTime = TimeProvider.System.GetUtcNow().UtcDateTime },
            new TableVersion(1, "1"));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => Silo(silo, 6));
        Network("one")(builder.Services);
        builder.Services.AddSingleton<IMembershipTable>(table);
        builder.Services.AddHostedService<Caller>();
        using var host = builder.Build();

        await host.StartAsync();

        host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ShouldBe(SiloAddress.New(IPAddress.Loopback, 20_006, former.Generation + 1));
        await host.StopAsync();
    }

    [Fact]
    public async Task Options_Wrong_AreAllReportedAtTheStart()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            Silo(silo, 3);
            silo.Configure<ClusterOptions>(static options => options.ClusterId = "");
            silo.Configure<GrainCollectionOptions>(static options => options.CollectionQuantum = TimeSpan.Zero);
            silo.Configure<SiloMessagingOptions>(static options => options.MaxEnqueuedRequestsHardLimit = 0);
            silo.Configure<ClusterMembershipOptions>(static options => options.NumVotesForDeathDeclaration = 9);
        });
        Network("one")(builder.Services);
        using var host = builder.Build();

        var problem = (await Should.ThrowAsync<OrleansConfigurationException>(() => host.StartAsync())).Message;

        problem.ShouldContain("ClusterId");
        problem.ShouldContain("GrainCollectionOptions.CollectionQuantum: must be more than zero, was 00:00:00");
        problem.ShouldContain("SiloMessagingOptions.MaxEnqueuedRequestsHardLimit: must be from 1 to 2147483647, was 0");
        problem.ShouldContain(nameof(ClusterMembershipOptions.NumVotesForDeathDeclaration));
    }

    [Fact]
    public void Host_WithTwoSilosOrASiloAndAClient_IsRefused()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo => Silo(silo, 4));

        Should.Throw<OrleansConfigurationException>(() => builder.UseOrleans(silo => Silo(silo, 5)));
        Should.Throw<OrleansConfigurationException>(() => builder.UseOrleansClient(client => Client(client, 4)));
    }

    private static void Silo(ISiloBuilder silo, int port) => silo.UseLocalhostClustering(20_000 + port, 0);

    private static void Client(IClientBuilder client, int port)
    {
        client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, 20_000 + port));
        client.Configure<ClusterOptions>(static options => (options.ServiceId, options.ClusterId) = ("dev", "dev"));
    }

    private Action<IServiceCollection> Network(string node)
    {
        var transport = _network.TransportOf(node);
        return services => services.AddSingleton(new NetworkTransport(transport, transport, NoTransportSecurity.Instance));
    }

    private sealed class Caller(IClusterClient grains) : IHostedService
    {
        public List<int> Sums { get; } = [];

        public async Task StartAsync(CancellationToken cancellationToken) => Sums.Add(await grains.GetGrain<IOrdersGrain>("any").SumAsync(1, 2));

        public async Task StopAsync(CancellationToken cancellationToken) => Sums.Add(await grains.GetGrain<IOrdersGrain>("any").SumAsync(3, 4));
    }
}
