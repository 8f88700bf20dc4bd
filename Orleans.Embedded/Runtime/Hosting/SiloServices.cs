using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The services of a silo.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services)
    {
        EngineServices.Add(services);
        services.AddSingleton<IValidateOptions<ClusterMembershipOptions>, ClusterMembershipOptionsValidator>();
        services.TryAddSingleton<ILocalSiloDetails, LocalSiloDetails>();
        services.TryAddSingleton<ISiloStatusOracle, SiloStatusOracle>();
        services.TryAddSingleton(CreateSetup);
        services.TryAddSingleton(static provider => new SiloRuntime(
            EngineServices.Setup(provider, Options<SiloMessagingOptions>(provider)), provider.GetRequiredService<SiloSetup>(), TypeManifests.LoadAll()));
        services.TryAddSingleton<IClusterClient>(static provider => provider.GetRequiredService<SiloRuntime>().Factory);
        services.TryAddSingleton(CreateConnections);
        services.TryAddSingleton<SiloGossip>();
        services.TryAddSingleton<IGossipSender>(static provider => provider.GetRequiredService<SiloGossip>());
        services.TryAddSingleton<IPeerProber>(static provider => provider.GetRequiredService<ConnectionManager>());
        services.TryAddSingleton<MembershipAgent>();
        services.AddSingleton<SiloHost>();
        services.AddSingleton<IOwnDeathHandler>(static provider => provider.GetRequiredService<SiloHost>());
        services.AddHostedService(static provider => provider.GetRequiredService<SiloHost>());
    }

    private static TOptions Options<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(IServiceProvider provider)
        where TOptions : class => provider.GetRequiredService<IOptions<TOptions>>().Value;

    private static SiloSetup CreateSetup(IServiceProvider provider)
    {
        var collection = Options<GrainCollectionOptions>(provider);
        return new SiloSetup(
            provider.GetRequiredService<ILocalSiloDetails>(),
            provider.GetRequiredService<ClusterViewSource>(),
            [.. provider.GetServices<IIncomingGrainCallFilter>()],
            Options<SiloMessagingOptions>(provider).MaxEnqueuedRequestsHardLimit,
            collection.ActivationTimeout,
            collection.DeactivationTimeout,
            collection.CollectionAge,
            collection.ClassSpecificCollectionAge,
            collection.CollectionQuantum)
        {
            Precedence = provider.GetService<ICallPrecedence>(),
        };
    }

    private static ConnectionManager CreateConnections(IServiceProvider provider)
    {
        var runtime = provider.GetRequiredService<SiloRuntime>();
        var connections = EngineServices.Connect(provider, PeerId.OfSilo(runtime.Address), runtime, Options<SiloMessagingOptions>(provider));
        runtime.Attach(connections);
        return connections;
    }
}
