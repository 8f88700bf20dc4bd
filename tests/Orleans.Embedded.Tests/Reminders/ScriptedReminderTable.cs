using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

/// <summary>The table in memory, with failures and delays put in between.</summary>
internal sealed class ScriptedReminderTable : IReminderTable
{
    private readonly InMemoryReminderTable _table = new();

    /// <summary>Runs before each read of the whole table; may throw.</summary>
    public Action OnReadAll { get; set; } = static () => { };

    /// <summary>Holds back what a read of the whole table has seen.</summary>
    public Task HoldReads { get; set; } = Task.CompletedTask;

    public Func<Task> OnStart { get; set; } = static () => Task.CompletedTask;

    /// <summary>Whether writes come without a version.</summary>
    public bool RefusesWrites { get; set; }

    public int Reads { get; private set; }

    public bool IsStopped { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken = default) => OnStart();

    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        IsStopped = true;
        return Task.CompletedTask;
    }

    public Task<ReminderTableData> ReadRows(GrainId grainId) => _table.ReadRows(grainId);

    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        Reads++;
        OnReadAll();
        var seen = await _table.ReadRows(begin, end);
        await HoldReads;
        return seen;
    }

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => _table.ReadRow(grainId, reminderName);

    public Task<string?> UpsertRow(ReminderEntry entry) => RefusesWrites ? Task.FromResult<string?>(null) : _table.UpsertRow(entry);

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => _table.RemoveRow(grainId, reminderName, eTag);

    public Task TestOnlyClearTable() => _table.TestOnlyClearTable();
}
