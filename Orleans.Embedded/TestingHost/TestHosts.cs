using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;

namespace Orleans.TestingHost;

/// <summary>Builds the hosts of a test cluster: what the test configured, on the cluster's network and table.</summary>
internal sealed class TestHosts(InProcessTestClusterOptions cluster, InMemoryNetwork network)
{
    private static readonly TimeSpan s_shutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The table of clusters whose test registers none.</summary>
    private readonly InMemoryMembershipTable _table = new();

    public IHost BuildSilo(InProcessTestSiloSpecificOptions options, SiloFaults faults)
    {
        var builder = NewBuilder(options.SiloName);
        var services = builder.Services;
        foreach (var configure in cluster.SiloHostConfigurationDelegates) configure(options, builder);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IMembershipTable>(_table);
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(NameCluster)
            .Configure<SiloOptions>(silo => silo.SiloName = options.SiloName)
            .Configure<EndpointOptions>(endpoint =>
            {
                endpoint.AdvertisedIPAddress = IPAddress.Loopback;
                endpoint.SiloPort = options.SiloPort;
                endpoint.GatewayPort = options.GatewayPort;
            }));
        UseNetwork(services, options.SiloName);
        services.Decorate<TimeProvider>(time => new PausableTime(time, faults.Gate));
        services.Decorate<IMembershipTable>(table => new GatedMembershipTable(table, faults));
        services.Decorate<IReminderTable>(table => new GatedReminderTable(table, faults));
        return builder.Build();
    }

    public IHost BuildClient(IGatewayListProvider gateways)
    {
        var builder = NewBuilder("TestClusterClient");
        foreach (var configure in cluster.ClientHostConfigurationDelegates) configure(builder);
        builder.UseOrleansClient(client => client.Configure<ClusterOptions>(NameCluster));
        builder.Services.Replace(ServiceDescriptor.Singleton(gateways));
        UseNetwork(builder.Services, ClusterFaults.Client);
        return builder.Build();
    }

    private static HostApplicationBuilder NewBuilder(string name)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = name,
            EnvironmentName = Environments.Development,
            DisableDefaults = true,
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = s_shutdownTimeout);
        return builder;
    }

    private void NameCluster(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (cluster.ClusterId, cluster.ServiceId);

    private void UseNetwork(IServiceCollection services, string node)
    {
        var transport = network.TransportOf(node);
        services.Replace(ServiceDescriptor.Singleton(provider =>
            new NetworkTransport(transport, transport, provider.GetService<TransportSecurity>() ?? NoTransportSecurity.Instance)));
    }
}
