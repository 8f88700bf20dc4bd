using Orleans.Runtime;

namespace Orleans;

/// <summary>Where reminders are kept. Silos read the part of the ring they own and write what grains register.</summary>
public interface IReminderTable
{
    /// <summary>Prepares the table; called once before any other method.</summary>
    Task StartAsync(CancellationToken cancellationToken = default) =>
#pragma warning disable CS0618 // The name of earlier versions, which tables written for them implement.
        Init();
#pragma warning restore CS0618

    /// <summary>The former name of <see cref="StartAsync"/>.</summary>
    [Obsolete("Implement and use StartAsync instead")]
    Task Init() => Task.CompletedTask;

    /// <summary>All reminders of one grain; empty if it has none.</summary>
    Task<ReminderTableData> ReadRows(GrainId grainId);

    /// <summary>
    /// All reminders whose grain's <see cref="GrainId.GetUniformHashCode"/> is in (<paramref name="begin"/>, <paramref name="end"/>] on
    /// the ring. If <paramref name="begin"/> is not below <paramref name="end"/> the range goes through zero: hashes above
    /// <paramref name="begin"/> and hashes up to <paramref name="end"/>; equal bounds mean the whole ring.
    /// </summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);

    /// <summary>One reminder; null if there is none of that name.</summary>
    Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

    /// <summary>Inserts the reminder or replaces it, whatever its version. Returns the new version.</summary>
    Task<string?> UpsertRow(ReminderEntry entry);

    /// <summary>Removes a reminder if it still has the version <paramref name="eTag"/>; says whether it did.</summary>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

    /// <summary>Removes every reminder. For tests.</summary>
    Task TestOnlyClearTable();

    /// <summary>Ends the use of the table.</summary>
    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
