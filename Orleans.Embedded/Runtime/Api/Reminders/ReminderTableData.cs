namespace Orleans;

/// <summary>The reminders that a read of the table found.</summary>
[GenerateSerializer]
public sealed class ReminderTableData
{
    public ReminderTableData() => Reminders = [];

    public ReminderTableData(ReminderEntry entry) => Reminders = [entry];

    public ReminderTableData(IEnumerable<ReminderEntry> list) => Reminders = [.. list];

    [Id(0)]
    public IList<ReminderEntry> Reminders { get; private set; }

    public override string ToString() => $"[{Reminders.Count} reminders: {string.Join(", ", Reminders)}]";
}
