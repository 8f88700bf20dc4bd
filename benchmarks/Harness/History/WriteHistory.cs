using System.Globalization;
using Npgsql;
using Warren.Harness.Counters;

namespace Warren.Harness.History;

/// <summary>
/// Lets PostgreSQL note every accepted write of a counter, in the write's own transaction and without the engine's knowledge, and
/// reads the notes and the membership table.
/// </summary>
public sealed class WriteHistory(NpgsqlDataSource database)
{
    /// <summary>The state that <see cref="Silos.InsideWriter"/> writes besides the counters.</summary>
    internal const string RecordState = "record";

    // The row's lock is held while the trigger runs, so that the numbers of one counter are in the order of its writes.
    private const string Install =
        """
        CREATE TABLE trial_history (
            number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            state_name TEXT NOT NULL,
            grain_key TEXT NOT NULL,
            before BIGINT NOT NULL,
            after BIGINT NOT NULL,
            payload TEXT NOT NULL);
        CREATE FUNCTION trial_note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO trial_history (state_name, grain_key, before, after, payload)
            VALUES (NEW.state_name, NEW.grain_key, CASE WHEN TG_OP = 'UPDATE' THEN OLD.version ELSE 0 END, NEW.version, NEW.payload);
            RETURN NULL;
        END $$;
        CREATE TRIGGER trial_note AFTER INSERT OR UPDATE ON warren_state
            FOR EACH ROW EXECUTE FUNCTION trial_note();
        """;

    private const string Read =
        $"""
        SELECT grain_key, before, after, (payload::json ->> 'Value')::bigint, (payload::json ->> 'Operation')::bigint,
            payload::json ->> 'Silo', payload::json ->> 'Activation',
            pg_xact_commit_timestamp(xmin)
        FROM trial_history WHERE state_name = '{CounterGrain.StateName}' ORDER BY number
        """;

    private const string ReadStored =
        $"SELECT grain_key, (payload::json ->> 'Value')::bigint FROM warren_state WHERE state_name = '{CounterGrain.StateName}'";

    private const string ReadRecords =
        $"""
        SELECT count(*) FROM trial_history
        WHERE state_name = '{RecordState}' AND payload::json ->> 'Silo' = $1 AND pg_xact_commit_timestamp(xmin) > $2
        """;

    private const string ReadMembers = "SELECT silo, status FROM warren_member";

    /// <summary>A server setting without which the times of the history are not known.</summary>
    public const string NeededSetting = "track_commit_timestamp";

    /// <summary>Begins to note writes. The store's tables must be there.</summary>
    public async Task InstallAsync()
    {
        await using var command = database.CreateCommand(Install);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>All writes so far.</summary>
    public async Task<IReadOnlyList<HistoryRow>> ReadAsync() => await ReadAsync(Read, static row => new HistoryRow(
        KeyOf(row.GetString(0)),
        row.GetInt64(1),
        row.GetInt64(2),
        row.GetInt64(3),
        row.GetInt64(4),
        row.GetString(5),
        row.GetString(6),
        row.GetFieldValue<DateTimeOffset>(7)));

    /// <summary>The value of each counter as it is stored now.</summary>
    public async Task<IReadOnlyDictionary<int, long>> ReadStoredAsync() =>
        (await ReadAsync(ReadStored, static row => (Key: KeyOf(row.GetString(0)), Value: row.GetInt64(1))))
        .ToDictionary(row => row.Key, row => row.Value);

    /// <summary>How often a silo wrote the record of its own after a time.</summary>
    public async Task<long> CountRecordWritesAsync(string silo, DateTimeOffset after)
    {
        await using var command = database.CreateCommand(ReadRecords);
        command.Parameters.AddWithValue(silo);
        command.Parameters.AddWithValue(after.UtcDateTime);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The addresses of the silos that the membership table calls dead.</summary>
    public async Task<IReadOnlySet<string>> ReadDeadAsync() =>
        (await ReadAsync(ReadMembers, static row => (Silo: row.GetString(0), Status: (SiloStatus)row.GetInt32(1))))
        .Where(member => member.Status == SiloStatus.Dead)
        .Select(member => member.Silo)
        .ToHashSet();

    private async Task<List<T>> ReadAsync<T>(string query, Func<NpgsqlDataReader, T> convert)
    {
        await using var command = database.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(convert(reader));
        return rows;
    }

    // Grain keys of whole numbers are hexadecimal.
    private static int KeyOf(string grainKey) => int.Parse(grainKey, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
