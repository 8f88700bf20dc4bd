namespace Orleans.Hosting;

/// <summary>How a silo runs reminders.</summary>
public sealed class ReminderOptions
{
    /// <summary>
    /// The shortest period that a reminder may have; registering one with a shorter period fails. Each tick is a call that may activate
    /// a grain, so frequent work belongs in a grain timer. More than zero. Default: 1 minute.
    /// </summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often a silo reads the reminder table besides the reads at its start and when grains move between silos. It is a safety net:
    /// what others change in the table shows at the latest then. More than zero, at most 1 day. Default: 5 minutes.
    /// </summary>
    public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);
}
