using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;

namespace Orleans.Runtime;

/// <summary>The services of a client.</summary>
internal static class ClientServices
{
    public static void Add(IServiceCollection services)
    {
        EngineServices.Add(services);
        services.TryAddSingleton(static provider => new ClientRuntime(
            EngineServices.Setup(provider, Options(provider)),
            CallIds.NewClientId(),
            provider.GetRequiredService<ClusterViewSource>(),
            TypeManifests.LoadAll(),
            SiloMessagingOptions.DEFAULT_MAX_ENQUEUED_REQUESTS_HARD_LIMIT));
        services.TryAddSingleton<IClusterClient>(static provider => provider.GetRequiredService<ClientRuntime>().Factory);
        services.TryAddSingleton(CreateConnections);
        services.AddSingleton<ClientHost>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClientHost>());
    }

    private static ClientMessagingOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value;

    private static ConnectionManager CreateConnections(IServiceProvider provider)
    {
        var runtime = provider.GetRequiredService<ClientRuntime>();
        var connections = EngineServices.Connect(provider, PeerId.OfClient(runtime.ClientId), runtime, Options(provider));
        runtime.Attach(connections);
        return connections;
    }
}
