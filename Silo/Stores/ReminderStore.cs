using System.Data.Common;
using System.Globalization;

namespace Warren.Silo.Stores;

/// <summary>Reminders in the store. They are written like states of grains: in shared transactions, and not by a dead silo.</summary>
internal sealed class ReminderStore(ControlLane lane, Committer committer, ReadLoops readers, StoreScope scope) : IReminderTable
{
    private const string Select =
        "SELECT grain_type, grain_key, name, start_ticks, period_ticks, version FROM warren_reminder WHERE service_id = $1";

    private const string OfGrain = Select + " AND grain_type = $2 AND grain_key = $3";

    private const string One = OfGrain + " AND name = $4";

    private const string InRange = Select + " AND hash > $2 AND hash <= $3";

    // Through zero: two ranges, which the index finds one after the other.
    private const string AfterBegin = Select + " AND hash > $2";

    private const string UpToEnd = Select + " AND hash <= $2";

    private const string Clear = "DELETE FROM warren_reminder WHERE service_id = $1";

    /// <summary>Checks that the store can be used, and brings its schema up to date.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) =>
        lane.RunAsync(_ => Task.FromResult(true)).WaitAsync(cancellationToken);

    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var key = GrainRows.KeyOf("reminder", grainId, "");
        return new(await readers.ReadAsync(new BoundStatement(OfGrain, scope.ServiceId, key.GrainType, key.GrainKey), Entry));
    }

    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        if (begin < end)
            return new(await readers.ReadAsync(new BoundStatement(InRange, scope.ServiceId, (long)begin, (long)end), Entry));

        var after = readers.ReadAsync(new BoundStatement(AfterBegin, scope.ServiceId, (long)begin), Entry);
        var before = readers.ReadAsync(new BoundStatement(UpToEnd, scope.ServiceId, (long)end), Entry);
        return new((await after).Concat(await before));
    }

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var key = KeyOf(grainId, reminderName);
        var rows = await readers.ReadAsync(new BoundStatement(One, scope.ServiceId, key.GrainType, key.GrainKey, key.Name), Entry);
        return rows.Count == 0 ? null : rows[0];
    }

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var result = await committer.WriteAsync(ReminderWrite.Put(KeyOf(entry.GrainId, entry.ReminderName), entry));
        return Text(result.Version!.Value);
    }

    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        if (!long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var expected)) return false;
        return (await committer.WriteAsync(ReminderWrite.Remove(KeyOf(grainId, reminderName), expected))).Applied;
    }

    public Task TestOnlyClearTable() =>
        lane.RunAsync(connection => connection.ExecuteAsync([new BoundStatement(Clear, scope.ServiceId)]));

    private static RowKey KeyOf(GrainId grainId, string name) => GrainRows.KeyOf("reminder", grainId, name);

    private static ReminderEntry Entry(DbDataReader row) => new()
    {
        GrainId = GrainId.Create(row.GetString(0), row.GetString(1)),
        ReminderName = row.GetString(2),
        StartAt = UtcTicks.ToTime(row.GetInt64(3)),
        Period = TimeSpan.FromTicks(row.GetInt64(4)),
        ETag = Text(row.GetInt64(5)),
    };

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
