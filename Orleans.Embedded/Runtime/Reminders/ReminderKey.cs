namespace Orleans.Runtime.Reminders;

/// <summary>Names a reminder: the grain that has it, and its name there.</summary>
internal readonly record struct ReminderKey(GrainId GrainId, string Name)
{
    public override string ToString() => $"reminder '{Name}' of {GrainId}";
}
