using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Reminders;

namespace Orleans;

/// <summary>Lets a grain register, find and end its reminders.</summary>
public static class GrainReminderExtensions
{
    /// <summary>
    /// Wakes this grain by <see cref="IRemindable.ReceiveReminder"/> after <paramref name="dueTime"/> and each <paramref name="period"/>
    /// from then on, also when it is not active and after restarts, until it is unregistered. When the task ends, the reminder is in the
    /// table. A reminder of the same name is replaced.
    /// </summary>
    /// <exception cref="InvalidOperationException">The grain is not <see cref="IRemindable"/>, or is a stateless worker.</exception>
    /// <exception cref="ArgumentException">A value is out of range, or the period is shorter than the silo allows.</exception>
    /// <exception cref="OrleansConfigurationException">The silo has no reminders.</exception>
    /// <exception cref="ReminderException">The table did not take it; it is safe to try again.</exception>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        RegisterOrUpdateReminder((IGrainBase)grain, reminderName, dueTime, period);

    /// <inheritdoc cref="RegisterOrUpdateReminder(Grain, string, TimeSpan, TimeSpan)"/>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        var service = ServiceOf(grain);
        var grainId = grain.GrainContext.GrainId;
        CheckName(grainId, reminderName);
        if (grain is not IRemindable)
            throw new InvalidOperationException($"{grainId} ({grain.GetType()}) cannot have the reminder '{reminderName}': it does not implement IRemindable.");
        if (grain.GrainContext is GrainActivation { Class.Descriptor.StatelessWorkerLimit: not null })
            throw new InvalidOperationException($"{grainId} ({grain.GetType()}) cannot have the reminder '{reminderName}': it is a stateless worker, of which no activation is the one to be called.");
        return service.RegisterAsync(grainId, reminderName, dueTime, period);
    }

    /// <summary>Ends a reminder of this grain. No tick is sent after the task has ended; one that is under way may still come.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="reminder">What <see cref="RegisterOrUpdateReminder(Grain, string, TimeSpan, TimeSpan)"/> or <see cref="GetReminder(Grain, string)"/> returned.</param>
    /// <exception cref="ReminderException">It has been registered anew since.</exception>
    public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) => UnregisterReminder((IGrainBase)grain, reminder);

    /// <inheritdoc cref="UnregisterReminder(Grain, IGrainReminder)"/>
    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) =>
        ServiceOf(grain).UnregisterAsync(grain.GrainContext.GrainId, reminder);

    /// <summary>The reminder of that name; null when this grain has none.</summary>
    public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) => GetReminder((IGrainBase)grain, reminderName);

    /// <inheritdoc cref="GetReminder(Grain, string)"/>
    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
    {
        var service = ServiceOf(grain);
        CheckName(grain.GrainContext.GrainId, reminderName);
        return service.GetAsync(grain.GrainContext.GrainId, reminderName);
    }

    /// <summary>All reminders of this grain.</summary>
    public static Task<List<IGrainReminder>> GetReminders(this Grain grain) => GetReminders((IGrainBase)grain);

    /// <inheritdoc cref="GetReminders(Grain)"/>
    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) => ServiceOf(grain).GetAllAsync(grain.GrainContext.GrainId);

    private static ReminderService ServiceOf(IGrainBase grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        var services = grain.GrainContext is GrainActivation activation ? activation.Runtime.Services : grain.GrainContext.ActivationServices;
        return services.GetService<ReminderService>()
            ?? throw new OrleansConfigurationException(
                $"{grain.GrainContext.GrainId} uses reminders, which this silo does not run. Register an IReminderTable in its services and call AddReminders "
                + "on the silo builder, or call UseInMemoryReminderService for development.");
    }

    private static void CheckName(GrainId grainId, string reminderName)
    {
        if (string.IsNullOrWhiteSpace(reminderName)) throw new ArgumentNullException(nameof(reminderName), $"{grainId}: a reminder needs a name.");
    }
}
