using System.Globalization;
using Orleans.Storage;
using Warren.Silo.Stores;

namespace Warren.ControlPlane.Tests.Testing;

/// <summary>The store of all silos of a cluster, in the form of the real one. Whoever tests can be at each write, take the store away, and look into it.</summary>
internal sealed class SharedStore
{
    private readonly Lock _gate = new();
    private readonly StateSerializer _serializer = new([]);
    private readonly Dictionary<(GrainId Grain, string Name), (StoredState State, long Version)> _rows = [];
    private TaskCompletionSource _written = NewSignal();
    private long _lastVersion;

    /// <summary>Whether each call fails.</summary>
    public bool IsAway { get; set; }

    /// <summary>Is at each write of a silo: before it, and after it with true. What it returns is awaited.</summary>
    public Func<string, GrainId, bool, Task>? AtWrite { get; set; }

    /// <summary>How many writes were taken.</summary>
    public int Writes { get; private set; }

    /// <summary>Ends with the next write.</summary>
    public Task Written
    {
        get
        {
            lock (_gate) return _written.Task;
        }
    }

    /// <summary>The rows that there are, with their text.</summary>
    public IReadOnlyDictionary<string, string> Rows
    {
        get
        {
            lock (_gate) return _rows.ToDictionary(row => $"{row.Key.Grain}/{row.Key.Name}", row => row.Value.State.Payload);
        }
    }

    public IGrainStorage For(string silo) => new View(this, silo);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void ThrowIfAway()
    {
        if (IsAway) throw new IOException("the store is away");
    }

    private void Read<T>(string name, GrainId grain, IGrainState<T> state)
    {
        ThrowIfAway();
        lock (_gate)
        {
            state.RecordExists = _rows.TryGetValue((grain, name), out var row);
            state.State = state.RecordExists ? _serializer.Deserialize<T>(row.State, GrainRows.KeyOf("state", grain, name)) : New<T>();
            state.ETag = state.RecordExists ? Text(row.Version) : null;
        }
    }

    private void Write<T>(string name, GrainId grain, IGrainState<T> state, bool isClear)
    {
        ThrowIfAway();
        TaskCompletionSource written;
        lock (_gate)
        {
            var stored = _rows.TryGetValue((grain, name), out var row) ? Text(row.Version) : null;
            if (stored != state.ETag) throw new InconsistentStateException($"{grain} was changed", stored, state.ETag);
            if (isClear) _rows.Remove((grain, name));
            else _rows[(grain, name)] = (_serializer.Serialize(state.State), ++_lastVersion);
            (state.RecordExists, state.ETag) = (!isClear, isClear ? null : Text(_lastVersion));
            if (isClear) state.State = New<T>();
            Writes++;
            written = _written;
            _written = NewSignal();
        }

        written.SetResult();
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static T? New<T>() => typeof(T).GetConstructor(Type.EmptyTypes) is null ? default : Activator.CreateInstance<T>();

    private sealed class View(SharedStore store, string silo) : IGrainStorage
    {
        public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            await Task.Yield();
            store.Read(stateName, grainId, grainState);
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ChangeAsync(stateName, grainId, grainState, false);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ChangeAsync(stateName, grainId, grainState, true);

        private async Task ChangeAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, bool isClear)
        {
            await Task.Yield();
            if (store.AtWrite is { } before) await before(silo, grainId, false);
            store.Write(stateName, grainId, grainState, isClear);
            if (store.AtWrite is { } after) await after(silo, grainId, true);
        }
    }
}
