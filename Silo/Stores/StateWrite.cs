namespace Warren.Silo.Stores;

/// <summary>Writes or removes the state of a grain, if it has the expected version: null for a state that must not exist yet.</summary>
internal sealed class StateWrite : RowWrite
{
    private const string Probe =
        "SELECT version FROM warren_state WHERE service_id = $1 AND grain_type = $2 AND grain_key = $3 AND state_name = $4";

    private const int ManyRows = 64;

    private static readonly WriteFamily s_insert = new(0, 6, ManyRows, rows =>
        $"""
        INSERT INTO warren_state (service_id, grain_type, grain_key, state_name, version, form, payload)
        SELECT $3, column1, column2, column3, column4, column5, column6 FROM (VALUES {WriteFamily.Rows(rows, 6)}) AS r
        WHERE {WriteFamily.Guard}
        ON CONFLICT (service_id, grain_type, grain_key, state_name) DO NOTHING
        """)
    { Probe = Probe };

    private static readonly WriteFamily s_update = new(1, 7, ManyRows, rows =>
        $"""
        UPDATE warren_state SET version = column4, form = column5, payload = column6 FROM (VALUES {WriteFamily.Rows(rows, 7)}) AS r
        WHERE service_id = $3 AND grain_type = column1 AND grain_key = column2 AND state_name = column3 AND version = column7
        AND {WriteFamily.Guard}
        """)
    { Probe = Probe };

    private static readonly WriteFamily s_delete = new(2, 4, 1, _ =>
        $"""
        DELETE FROM warren_state WHERE service_id = $3 AND grain_type = $4 AND grain_key = $5 AND state_name = $6 AND version = $7
        AND {WriteFamily.Guard}
        """)
    { Probe = Probe, Deletes = true };

    private readonly long? _expected;
    private readonly StoredState? _state;

    private StateWrite(WriteFamily family, RowKey key, StoredState? state, long? expected)
        : base(family, key)
    {
        _state = state;
        _expected = expected;
    }

    public override int Size => _state?.Payload.Length ?? 0;

    public static StateWrite Put(RowKey key, StoredState state, long? expected, bool isForeground = false, bool isPatient = false) =>
        new(expected is null ? s_insert : s_update, key, state, expected) { IsForeground = isForeground, IsPatient = isPatient };

    public static StateWrite Remove(RowKey key, long expected, bool isForeground = false) => new(s_delete, key, null, expected) { IsForeground = isForeground };

    public override void AddValues(List<object?> values)
    {
        values.Add(Key.GrainType);
        values.Add(Key.GrainKey);
        values.Add(Key.Name);
        if (_state is { } state)
        {
            values.Add(NewVersion);
            values.Add(state.Form);
            values.Add(state.Payload);
        }

        if (_expected is { } expected) values.Add(expected);
    }
}
