namespace Orleans.Runtime.Reminders;

/// <summary>A reminder as the table has it.</summary>
/// <param name="Key">Which one.</param>
/// <param name="StartAt">The first due time, in UTC.</param>
/// <param name="Period">From one due time to the next; more than zero.</param>
/// <param name="ETag">The version of the row; two rows with the same are the same.</param>
internal sealed record ReminderRow(ReminderKey Key, DateTime StartAt, TimeSpan Period, string ETag)
{
    public static ReminderRow Of(ReminderEntry entry) => new(
        new ReminderKey(entry.GrainId, entry.ReminderName), DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc), entry.Period, entry.ETag ?? "");
}
