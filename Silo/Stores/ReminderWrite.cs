namespace Warren.Silo.Stores;

/// <summary>Writes a reminder, or removes it if it has the expected version.</summary>
internal sealed class ReminderWrite : RowWrite
{
    private const string Probe =
        "SELECT version FROM warren_reminder WHERE service_id = $1 AND grain_type = $2 AND grain_key = $3 AND name = $4";

    private static readonly WriteFamily s_put = new(3, 7, 16, rows =>
        $"""
        INSERT INTO warren_reminder (service_id, grain_type, grain_key, name, hash, start_ticks, period_ticks, version)
        SELECT $3, column1, column2, column3, column4, column5, column6, column7 FROM (VALUES {WriteFamily.Rows(rows, 7)}) AS r
        WHERE {WriteFamily.Guard}
        ON CONFLICT (service_id, grain_type, grain_key, name) DO UPDATE SET hash = excluded.hash, start_ticks = excluded.start_ticks,
            period_ticks = excluded.period_ticks, version = excluded.version
        """)
    { Probe = Probe, Unconditional = true };

    private static readonly WriteFamily s_remove = new(4, 4, 1, _ =>
        $"""
        DELETE FROM warren_reminder WHERE service_id = $3 AND grain_type = $4 AND grain_key = $5 AND name = $6 AND version = $7
        AND {WriteFamily.Guard}
        """)
    { Probe = Probe, Deletes = true };

    private readonly ReminderEntry? _entry;
    private readonly long _expected;

    private ReminderWrite(WriteFamily family, RowKey key, ReminderEntry? entry, long expected)
        : base(family, key)
    {
        _entry = entry;
        _expected = expected;
    }

    public static ReminderWrite Put(RowKey key, ReminderEntry entry) => new(s_put, key, entry, 0);

    public static ReminderWrite Remove(RowKey key, long expected) => new(s_remove, key, null, expected);

    public override void AddValues(List<object?> values)
    {
        values.Add(Key.GrainType);
        values.Add(Key.GrainKey);
        values.Add(Key.Name);
        if (_entry is null)
        {
            values.Add(_expected);
            return;
        }

        values.Add((long)_entry.GrainId.GetUniformHashCode());
        values.Add(UtcTicks.Of(_entry.StartAt));
        values.Add(_entry.Period.Ticks);
        values.Add(NewVersion);
    }
}
