using System.Collections.Concurrent;
using Warren.Nodes;
using Warren.Services;

namespace Warren.Grains.Nodes;

/// <summary>
/// A silo's copies of what tasks are made from, one for all nodes of the silo. They never change, so that they are only ever forgotten, all at once
/// when there are too many.
/// </summary>
internal sealed class TaskTemplates(IGrainFactory grains)
{
    /// <summary>Enough for the services of a large cluster, each in two versions; one takes a few KiB and its secrets and configs.</summary>
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(ServiceName Service, long Version), Task<TaskTemplate?>> _templates = new();

    /// <summary>What the tasks of a version are made from; null if no task needs it any more.</summary>
    public async Task<TaskTemplate?> GetAsync(ServiceName service, long version)
    {
        if (_templates.Count >= Most) _templates.Clear();
        var key = (service, version);
        var asked = _templates.GetOrAdd(key, static (key, grains) => grains.GetGrain<IServiceGrain>(key.Service.Value).GetTemplateAsync(key.Version), grains);
        try
        {
            if (await asked is { } template) return template;
        }
        catch
        {
            _templates.TryRemove(new(key, asked));
            throw;
        }

        _templates.TryRemove(new(key, asked));
        return null;
    }
}
