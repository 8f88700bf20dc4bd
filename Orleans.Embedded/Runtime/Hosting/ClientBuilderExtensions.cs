using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Configures clients.</summary>
public static class ClientBuilderExtensions
{
    public static IClientBuilder Configure<TOptions>(this IClientBuilder builder, Action<TOptions> configureOptions)
        where TOptions : class
    {
        builder.Services.Configure(configureOptions);
        return builder;
    }

    public static IClientBuilder ConfigureServices(this IClientBuilder builder, Action<IServiceCollection> configureDelegate)
    {
        configureDelegate(builder.Services);
        return builder;
    }

    /// <summary>Silos that are known beforehand. One that answers is enough: it names the others.</summary>
    public static IClientBuilder UseStaticClustering(this IClientBuilder builder, params IPEndPoint[] endpoints) =>
        builder.UseStaticClustering(options => options.Gateways = [.. endpoints.Select(static endpoint => new Uri($"gwy.tcp://{endpoint}/0"))]);

    /// <inheritdoc cref="UseStaticClustering(IClientBuilder, IPEndPoint[])"/>
    public static IClientBuilder UseStaticClustering(this IClientBuilder builder, Action<StaticGatewayListProviderOptions> configureOptions)
    {
        builder.Services.TryAddSingleton<IGatewayListProvider, StaticGatewayListProvider>();
        return builder.Configure(configureOptions);
    }

    /// <summary>Silos on loopback, for development.</summary>
    public static IClientBuilder UseLocalhostClustering(
        this IClientBuilder builder, int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT, string serviceId = "dev", string clusterId = "dev")
    {
        builder.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gatewayPort));
        return builder.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (serviceId, clusterId));
    }

    /// <summary>Decides at start whether to go on trying when no silo can be reached. Default: give up.</summary>
    public static IClientBuilder UseConnectionRetryFilter(this IClientBuilder builder, Func<Exception, CancellationToken, Task<bool>> connectionRetryFilter)
    {
        builder.Services.AddSingleton<IClientConnectionRetryFilter>(new RetryFilter(connectionRetryFilter));
        return builder;
    }

    /// <inheritdoc cref="CoreHostingExtensions.AddActivityPropagation"/>
    public static IClientBuilder AddActivityPropagation(this IClientBuilder builder)
    {
        builder.Services.TryAddSingleton<ActivityPropagation>();
        return builder;
    }

    private sealed class RetryFilter(Func<Exception, CancellationToken, Task<bool>> decide) : IClientConnectionRetryFilter
    {
        public Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken) => decide(exception, cancellationToken);
    }
}
