using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.Reminders;

namespace Orleans.Hosting;

/// <summary>Adds reminders that are kept in memory.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>
    /// Runs reminders from a table in the silo's memory, for development and tests: they end with the process, and silos do not see one
    /// another's. An <see cref="IReminderTable"/> that is registered before is used instead.
    /// </summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.Services.TryAddSingleton<IReminderTable, InMemoryReminderTable>();
        return builder.AddReminders();
    }
}
