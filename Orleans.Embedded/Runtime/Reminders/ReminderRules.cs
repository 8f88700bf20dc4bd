namespace Orleans.Runtime.Reminders;

/// <summary>What a grain may register. The messages name the grain, the reminder, the value and the rule.</summary>
internal static class ReminderRules
{
    /// <exception cref="ArgumentOutOfRangeException">A time is negative, infinite or beyond the calendar.</exception>
    /// <exception cref="ArgumentException">The period is shorter than the silo allows.</exception>
    public static void Check(ReminderKey key, TimeSpan dueTime, TimeSpan period, DateTime now, TimeSpan minimumPeriod)
    {
        if (dueTime < TimeSpan.Zero || dueTime > DateTime.MaxValue - now)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, $"The {key}: its due time is zero or more, not infinite, and within the calendar.");
        if (period <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(period), period, $"The {key}: its period is more than zero and not infinite. For a single tick, unregister it when it ticks.");
        if (period < minimumPeriod)
        {
            throw new ArgumentException(
                $"The {key}: its period is {period}, and the shortest that this silo allows is {minimumPeriod} (ReminderOptions.MinimumReminderPeriod). Use a grain timer for frequent work.",
                nameof(period));
        }
    }

    /// <exception cref="ArgumentException">The reminder is another grain's, or did not come from this API.</exception>
    public static GrainReminder Check(GrainId grainId, IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        if (reminder is not GrainReminder known)
            throw new ArgumentException($"{grainId}: '{reminder.ReminderName}' is a {reminder.GetType()}. Give what RegisterOrUpdateReminder or GetReminder returned.", nameof(reminder));
        return known.GrainId.Equals(grainId)
            ? known
            : throw new ArgumentException($"{grainId} cannot unregister the {known}: only that grain can.", nameof(reminder));
    }
}
