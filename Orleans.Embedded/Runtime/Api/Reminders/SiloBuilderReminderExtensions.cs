using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Orleans.Runtime.Reminders;

namespace Orleans.Hosting;

/// <summary>Adds reminders to silos.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Runs reminders from the <see cref="IReminderTable"/> that is registered in the silo's services. Without one the silo does not start.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        builder.Services.AddReminders();
        return builder;
    }

    /// <inheritdoc cref="AddReminders(ISiloBuilder)"/>
    public static void AddReminders(this IServiceCollection services)
    {
        services.TryAddSingleton<IReminderCluster, SiloReminderCluster>();
        services.TryAddSingleton(static provider => new ReminderService(
            provider.GetRequiredService<IReminderCluster>(),
            provider.GetService<IReminderTable>() ?? throw NoTable(),
            provider.GetRequiredService<IOptions<ReminderOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReminderService>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISiloService, ReminderService>(static provider => provider.GetRequiredService<ReminderService>()));
    }

    private static OrleansConfigurationException NoTable() => new(
        "AddReminders was called, and no IReminderTable is registered in the silo's services. Register that of the store, "
        + "or call UseInMemoryReminderService for development.");
}
