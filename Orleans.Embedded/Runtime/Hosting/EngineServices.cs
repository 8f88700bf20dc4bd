using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;

namespace Orleans.Runtime;

/// <summary>What silos and clients register alike.</summary>
internal static class EngineServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EngineLog>();
        services.TryAddSingleton(static provider => new EngineInstruments(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<NetworkMetrics>();
        services.TryAddSingleton<NetworkOptions>();
        services.TryAddSingleton<ClusterViewSource>();
        services.TryAddSingleton(static provider => NetworkTransport.Tcp(Security(provider)));
        services.TryAddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<IClusterClient>());
    }

    public static RuntimeSetup Setup(IServiceProvider provider, MessagingOptions messaging) => new(
        provider,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<EngineInstruments>(),
        provider.GetRequiredService<EngineLog>(),
        messaging.ResponseTimeout,
        [.. provider.GetServices<IOutgoingGrainCallFilter>()],
        provider.GetService<ActivityPropagation>() is not null);

    public static ConnectionManager Connect(IServiceProvider provider, PeerId self, IMessageHandler handler, MessagingOptions messaging)
    {
        var cluster = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var network = provider.GetRequiredService<NetworkOptions>();
        network.MaxFrameSize = messaging.MaxMessageBodySize;
        return new ConnectionManager(
            new ConnectionEnvironment(
                new LocalProcess(self, cluster.ClusterId, cluster.ServiceId, SoftwareVersion),
                network,
                handler,
                provider.GetRequiredService<NetworkMetrics>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ConnectionManager>>())
            {
                Callers = provider.GetService<ICallerPolicy>(),
            },
            provider.GetRequiredService<NetworkTransport>());
    }

    public static OptionsProblems Check(OptionsProblems problems, ClusterOptions cluster, MessagingOptions messaging) => problems
        .NotEmpty("ClusterOptions.ClusterId", cluster.ClusterId)
        .NotEmpty("ClusterOptions.ServiceId", cluster.ServiceId)
        .Positive("MessagingOptions.ResponseTimeout", messaging.ResponseTimeout)
        .Within("MessagingOptions.MaxMessageBodySize", messaging.MaxMessageBodySize, 64 << 10, 1 << 30);

    private static string SoftwareVersion { get; } =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>UseTls registers the security; without it frames travel in the clear.</summary>
    private static TransportSecurity Security(IServiceProvider provider) =>
        provider.GetService<TransportSecurity>() ?? NoTransportSecurity.Instance;
}
