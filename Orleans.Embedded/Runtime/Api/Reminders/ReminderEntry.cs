using Orleans.Runtime;

namespace Orleans;

/// <summary>One reminder in the table. The grain and the name together identify it.</summary>
[GenerateSerializer]
public sealed class ReminderEntry
{
    /// <summary>The grain that registered the reminder and is called when it is due.</summary>
    [Id(0)]
    public GrainId GrainId { get; set; }

    /// <summary>The reminder's name, unique within the grain.</summary>
    [Id(1)]
    public string ReminderName { get; set; } = null!;

    /// <summary>When the reminder is due for the first time, in UTC.</summary>
    [Id(2)]
    public DateTime StartAt { get; set; }

    /// <summary>The time from one tick to the next.</summary>
    [Id(3)]
    public TimeSpan Period { get; set; }

    /// <summary>The version of the row as read or as returned by the last write.</summary>
    [Id(4)]
    public string? ETag { get; set; }

    public override string ToString() => $"<GrainId={GrainId} ReminderName={ReminderName} Period={Period}>";
}
