using System.Globalization;

namespace Orleans.Runtime.Reminders;

/// <summary>A reminder table that lives in memory, for development and tests. Silos that share the object share the reminders.</summary>
internal sealed class InMemoryReminderTable : IReminderTable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<GrainId, Dictionary<string, ReminderEntry>> _grains = [];
    private long _lastVersion;

    public Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        lock (_gate)
        {
            return Task.FromResult(_grains.TryGetValue(grainId, out var rows)
                ? new ReminderTableData(rows.Values.Select(Copy))
                : new ReminderTableData());
        }
    }

    public Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        lock (_gate)
        {
            return Task.FromResult(new ReminderTableData(
                _grains.Where(grain => IsWithin(grain.Key.GetUniformHashCode(), begin, end)).SelectMany(static grain => grain.Value.Values).Select(Copy)));
        }
    }

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        lock (_gate) return Task.FromResult(Find(grainId, reminderName) is { } row ? Copy(row) : null);
    }

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            var row = Copy(entry);
            row.ETag = (++_lastVersion).ToString(CultureInfo.InvariantCulture);
            if (!_grains.TryGetValue(row.GrainId, out var rows)) _grains.Add(row.GrainId, rows = []);
            rows[row.ReminderName] = row;
            return Task.FromResult<string?>(row.ETag);
        }
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        lock (_gate)
        {
            if (Find(grainId, reminderName)?.ETag is not { } version || version != eTag) return Task.FromResult(false);
            var rows = _grains[grainId];
            rows.Remove(reminderName);
            if (rows.Count == 0) _grains.Remove(grainId);
            return Task.FromResult(true);
        }
    }

    public Task TestOnlyClearTable()
    {
        lock (_gate) _grains.Clear();
        return Task.CompletedTask;
    }

    private static bool IsWithin(uint hash, uint begin, uint end) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    /// <summary>Callers change the entries that they gave or got.</summary>
    private static ReminderEntry Copy(ReminderEntry entry) => new()
    {
        GrainId = entry.GrainId,
        ReminderName = entry.ReminderName,
        StartAt = entry.StartAt,
        Period = entry.Period,
        ETag = entry.ETag,
    };

    private ReminderEntry? Find(GrainId grainId, string reminderName) =>
        _grains.TryGetValue(grainId, out var rows) ? rows.GetValueOrDefault(reminderName) : null;
}
