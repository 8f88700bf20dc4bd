using System.Collections.Concurrent;
using Orleans.Storage;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Grain state in memory, with etags, and failures put in between.</summary>
internal sealed class ScriptedStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (string Json, int Version)> _records = new();

    public Func<Task> OnRead { get; set; } = static () => Task.CompletedTask;

    public Func<Task> OnWrite { get; set; } = static () => Task.CompletedTask;

    /// <summary>Changes a record as another activation does.</summary>
    public void Overwrite(string stateName, GrainId grainId, string json) =>
        _records.AddOrUpdate((stateName, grainId), static (_, json) => (json, 1), static (_, old, json) => (json, old.Version + 1), json);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await OnRead();
        if (_records.TryGetValue((stateName, grainId), out var record))
        {
            grainState.State = System.Text.Json.JsonSerializer.Deserialize<T>(record.Json)!;
            (grainState.ETag, grainState.RecordExists) = ($"{record.Version}", true);
        }
        else
        {
            (grainState.ETag, grainState.RecordExists) = (null, false);
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await OnWrite();
        var version = Check(stateName, grainId, grainState.ETag) + 1;
        _records[(stateName, grainId)] = (System.Text.Json.JsonSerializer.Serialize(grainState.State), version);
        (grainState.ETag, grainState.RecordExists) = ($"{version}", true);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await OnWrite();
        Check(stateName, grainId, grainState.ETag);
        _records.TryRemove((stateName, grainId), out _);
        (grainState.ETag, grainState.RecordExists, grainState.State) = (null, false, default!);
    }

    private int Check(string stateName, GrainId grainId, string? etag)
    {
        var version = _records.TryGetValue((stateName, grainId), out var record) ? record.Version : 0;
        if (etag != (version == 0 ? null : $"{version}")) throw new InconsistentStateException("changed by another", $"{version}", etag);
        return version;
    }
}
