using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Membership;

namespace Orleans.Hosting;

/// <summary>What a silo runs with.</summary>
public static class CoreHostingExtensions
{
    /// <summary>One silo on loopback for development, with the membership table in memory.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev")
    {
        if (primarySiloEndpoint is not null && !primarySiloEndpoint.Equals(new IPEndPoint(IPAddress.Loopback, siloPort)))
        {
            throw new OrleansConfigurationException(
                $"primarySiloEndpoint: must be 127.0.0.1:{siloPort} or left out, was {primarySiloEndpoint}. The table in memory serves one silo: several need a store.");
        }

        builder.Services.TryAddSingleton<IMembershipTable, InMemoryMembershipTable>();
        builder.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);
        return builder.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (serviceId, clusterId));
    }

    /// <summary>Lets traces go on from callers to the grains that they call.</summary>
    public static ISiloBuilder AddActivityPropagation(this ISiloBuilder builder)
    {
        builder.Services.TryAddSingleton<ActivityPropagation>();
        return builder;
    }
}
