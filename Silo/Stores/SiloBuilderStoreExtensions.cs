using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Providers;

namespace Warren.Silo.Stores;

/// <summary>Adds the store to a silo.</summary>
public static class SiloBuilderStoreExtensions
{
    /// <summary>
    /// Keeps the states of grains, and unless the options say otherwise membership and reminders, in a SQLite or PostgreSQL database:
    /// as the default grain storage, under the names the options list, and as the silo's membership and reminder tables. The
    /// database's <see cref="System.Data.Common.DbDataSource"/>
    /// is registered too. Problems of the options are reported when the silo starts.
    /// </summary>
    public static ISiloBuilder AddWarrenStore(this ISiloBuilder builder, Action<StoreOptions> configure)
    {
        var services = builder.Services;
        services.AddOptions<StoreOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StoreOptions>, StoreOptionsValidator>());

        // What is registered depends on the options, so they are looked at now too.
        var options = new StoreOptions();
        configure(options);
        var engine = StoreOptionsValidator.FindProblems(options).Any() ? null : StoreEngine.Create(options);
        // An instance, so that the container does not dispose of it before the store, which owns it, has written what is queued.
        if (engine is not null) services.AddSingleton(engine.DataSource);
        services.AddSingleton(provider => Open(provider, engine));
        var names = options.StorageNames.Where(name => !string.IsNullOrWhiteSpace(name));
        foreach (var name in names.Append(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME).Distinct())
            services.AddKeyedSingleton(name, static (provider, _) => provider.GetRequiredService<WarrenStore>().States);
        if (options.KeepsMembership)
        {
            services.AddSingleton(static provider => provider.GetRequiredService<WarrenStore>().Members);
            services.AddHostedService<StoreStartCheck>();
        }

        if (options.KeepsReminders) services.AddSingleton(static provider => provider.GetRequiredService<WarrenStore>().Reminders);
        return builder;
    }

    private static WarrenStore Open(IServiceProvider provider, StoreEngine? engine)
    {
        // Without an engine this throws, saying why.
        var options = provider.GetRequiredService<IOptions<StoreOptions>>().Value;
        var cluster = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
        // The address is asked for at the first write: the silo chooses it while it starts.
        Func<string>? silo = options is { KeepsMembership: true, FencesDeadSilos: true }
            ? () => provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()
            : null;
        return new WarrenStore(
            engine!,
            options,
            new StoreScope(cluster.ServiceId, cluster.ClusterId, silo),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Warren.Silo.Stores"));
    }
}
