using System.Globalization;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>The reminders of all silos of a cluster, which outlive each of them. A test ticks them itself, since the engine does only by the minute.</summary>
internal sealed class SharedReminders : IReminderTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(GrainId Grain, string Name), ReminderEntry> _rows = [];
    private long _lastVersion;

    /// <summary>Those of a grain.</summary>
    public IReadOnlyList<ReminderEntry> Of(GrainId grain)
    {
        lock (_gate) return [.. _rows.Values.Where(row => row.GrainId == grain)];
    }

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Task.FromResult(new ReminderTableData(Of(grainId)));

    public Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        lock (_gate) return Task.FromResult(new ReminderTableData(_rows.Values.Where(row => IsIn(row.GrainId.GetUniformHashCode())).ToArray()));

        bool IsIn(uint hash) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    }

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        lock (_gate) return Task.FromResult(_rows.GetValueOrDefault((grainId, reminderName)));
    }

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        lock (_gate)
        {
            var version = (++_lastVersion).ToString(CultureInfo.InvariantCulture);
            _rows[(entry.GrainId, entry.ReminderName)] = new()
            {
                GrainId = entry.GrainId,
                ReminderName = entry.ReminderName,
                StartAt = entry.StartAt,
                Period = entry.Period,
                ETag = version,
            };
            return Task.FromResult<string?>(version);
        }
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        lock (_gate)
            return Task.FromResult(_rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && _rows.Remove((grainId, reminderName)));
    }

    public Task TestOnlyClearTable()
    {
        lock (_gate) _rows.Clear();
        return Task.CompletedTask;
    }
}
