namespace Orleans.Runtime.Reminders;

/// <inheritdoc/>
[GenerateSerializer]
[Immutable]
internal sealed class GrainReminder(GrainId grainId, string reminderName, string etag) : IGrainReminder
{
    [Id(0)]
    public GrainId GrainId { get; } = grainId;

    [Id(1)]
    public string ReminderName { get; } = reminderName;

    /// <summary>The version of the row that this stands for.</summary>
    [Id(2)]
    public string ETag { get; } = etag;

    public override string ToString() => $"reminder '{ReminderName}' of {GrainId}";
}
