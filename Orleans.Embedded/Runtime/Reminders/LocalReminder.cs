namespace Orleans.Runtime.Reminders;

/// <summary>A reminder that this silo runs. Changed only under the lock of its <see cref="ReminderTicker"/>.</summary>
internal sealed class LocalReminder(ReminderRow row, long sequence, DateTime dueAt) : IComparable<LocalReminder>
{
    public ReminderRow Row => row;

    /// <summary>When it ticks next; not changed while it is in the agenda, which is ordered by it.</summary>
    public DateTime DueAt { get; set; } = dueAt;

    /// <summary>Whether a newer version has taken its place, or it has ended.</summary>
    public bool IsStopped { get; set; }

    private long Sequence => sequence;

    public int CompareTo(LocalReminder? other)
    {
        if (other is null) return 1;
        var order = DueAt.CompareTo(other.DueAt);
        return order == 0 ? Sequence.CompareTo(other.Sequence) : order;
    }
}
