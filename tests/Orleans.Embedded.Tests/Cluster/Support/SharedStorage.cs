using System.Globalization;
using System.Text.Json;
using Orleans.Storage;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>A store that all silos of a cluster share. It writes down who wrote what, and compares versions exactly.</summary>
internal sealed class SharedStorage(Events events)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, GrainId Grain), (string Json, long Version)> _records = [];
    private readonly List<(GrainId Grain, SiloAddress Silo)> _accepted = [];
    private readonly List<(GrainId Grain, SiloAddress Silo)> _refused = [];
    private long _lastVersion;

    /// <summary>The writes that were accepted, in order.</summary>
    public IReadOnlyList<(GrainId Grain, SiloAddress Silo)> Accepted
    {
        get
        {
            lock (_gate) return [.. _accepted];
        }
    }

    /// <summary>The writes that were refused because the record had changed.</summary>
    public IReadOnlyList<(GrainId Grain, SiloAddress Silo)> Refused
    {
        get
        {
            lock (_gate) return [.. _refused];
        }
    }

    public IGrainStorage Of(Func<SiloAddress> silo, SiloGate gate) => new View(this, silo, gate);

    /// <summary>What is stored for a grain; the default when nothing is.</summary>
    public T? Read<T>(string name, GrainId grain)
    {
        lock (_gate) return _records.TryGetValue((name, grain), out var record) ? JsonSerializer.Deserialize<T>(record.Json) : default;
    }

    private bool Read<T>(string name, GrainId grain, IGrainState<T> state)
    {
        lock (_gate)
        {
            state.RecordExists = _records.TryGetValue((name, grain), out var record);
            state.State = state.RecordExists ? JsonSerializer.Deserialize<T>(record.Json) : default;
            state.ETag = state.RecordExists ? record.Version.ToString(CultureInfo.InvariantCulture) : null;
            return true;
        }
    }

    private bool Write<T>(string name, GrainId grain, SiloAddress silo, IGrainState<T> state)
    {
        lock (_gate)
        {
            var stored = _records.TryGetValue((name, grain), out var record) ? record.Version.ToString(CultureInfo.InvariantCulture) : null;
            if (stored != state.ETag)
            {
                _refused.Add((grain, silo));
                events.Add($"refused: {grain} by {silo}");
                throw new InconsistentStateException($"The record of {grain} was changed.", stored, state.ETag);
            }

            _records[(name, grain)] = (JsonSerializer.Serialize(state.State), ++_lastVersion);
            _accepted.Add((grain, silo));
            state.ETag = _lastVersion.ToString(CultureInfo.InvariantCulture);
            state.RecordExists = true;
            return true;
        }
    }

    private sealed class View(SharedStorage storage, Func<SiloAddress> silo, SiloGate gate) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            gate.RunAsync(() => Task.FromResult(storage.Read(stateName, grainId, grainState)));

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            gate.RunAsync(() => Task.FromResult(storage.Write(stateName, grainId, silo(), grainState)));

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            grainState.State = default;
            return WriteStateAsync(stateName, grainId, grainState);
        }
    }
}
