using System.Globalization;
using Orleans.Storage;
using Warren.Silo.Precedence;

namespace Warren.Silo.Stores;

/// <summary>Grain states in the store. The ETag is the row's version, which no other row or earlier life of the row ever had.</summary>
internal sealed class GrainStateStore(
    StoreDatabase database,
    Committer committer,
    ReadLoops readers,
    StoreScope scope,
    StateSerializer serializer) : IGrainStorage
{
    private const string Select =
        """
        SELECT version, form, payload FROM warren_state
        WHERE service_id = $1 AND grain_type = $2 AND grain_key = $3 AND state_name = $4
        """;

    // The audit log notes that a call has begun while it is carried out, which writes as well.
    private const string PatientGrain = "audit";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        var rows = await readers.ReadAsync(
            new BoundStatement(Select, scope.ServiceId, key.GrainType, key.GrainKey, key.Name),
            row => (Version: row.GetInt64(0), State: new StoredState(row.GetInt32(1), row.GetString(2))),
            cancellationToken);
        if (rows.Count == 0)
        {
            Clear(grainState);
            return;
        }

        try
        {
            grainState.State = serializer.Deserialize<T>(rows[0].State, key);
        }
        catch (StoreFailureException e)
        {
            throw e.Failure.ToException(database.Engine.Description, e);
        }

        grainState.ETag = Text(rows[0].Version);
        grainState.RecordExists = true;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        var expected = Version(key, grainState.ETag);
        var write = StateWrite.Put(
            key, serializer.Serialize(grainState.State), expected, CallPrecedenceExtensions.IsTurnInForeground, isPatient: key.GrainType == PatientGrain);
        var result = await committer.WriteAsync(write, cancellationToken);
        if (!result.Applied) throw Conflict("write", key, result.Version, grainState.ETag);
        grainState.ETag = Text(result.Version);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = KeyOf(stateName, grainId);
        if (Version(key, grainState.ETag) is null) await ReadStateAsync(stateName, grainId, grainState, cancellationToken);
        if (Version(key, grainState.ETag) is { } expected)
        {
            var result = await committer.WriteAsync(StateWrite.Remove(key, expected, CallPrecedenceExtensions.IsTurnInForeground), cancellationToken);
            if (!result.Applied) throw Conflict("clear", key, result.Version, grainState.ETag);
        }

        Clear(grainState);
    }

    private static void Clear<T>(IGrainState<T> grainState)
    {
        grainState.State = NewState<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    // A grain that was never written starts from a new state; one that cannot be made without arguments is the grain's to make.
    private static T? NewState<T>() =>
        typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>() : default;

    private static RowKey KeyOf(string stateName, GrainId grainId) => GrainRows.KeyOf("state", grainId, stateName);

    private static long? Version(RowKey key, string? etag) =>
        string.IsNullOrEmpty(etag) ? null
        : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new InconsistentStateException($"The ETag of {key} is not one of this store", null, etag);

    private static string? Text(long? version) => version?.ToString(CultureInfo.InvariantCulture);

    private InconsistentStateException Conflict(string verb, RowKey key, long? stored, string? expected) => new(
        $"The {database.Engine.Description} did not {verb} {key}: another activation has changed it", Text(stored), expected);
}
