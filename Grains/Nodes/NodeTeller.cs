using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Warren.Grains.Events;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>
/// What others have yet to hear of a node. Only what is stored is told; what was not heard is told again, and after a restart everything is. The
/// listeners only take note, so that telling them never waits for the node itself.
/// </summary>
internal sealed partial class NodeTeller(IGrainFactory grains, NodeId id, EventOutbox outbox, ILogger logger)
{
    private readonly Dictionary<ServiceName, Observation> _observations = [];
    private readonly HashSet<ServiceName> _unheard = [];
    private bool _mustPublish, _mustTellScheduler, _hasJoined;
    private long _published;

    /// <summary>The services and the scheduler have to hear of the node.</summary>
    /// <param name="hasJoined">Whether it takes tasks that it did not take before.</param>
    public void NodeChanged(bool hasJoined) => (_mustPublish, _mustTellScheduler, _hasJoined) = (true, true, _hasJoined || hasJoined);

    /// <summary>The scheduler has to hear of the node's reservations or images.</summary>
    public void RoomChanged() => _mustTellScheduler = true;

    /// <summary>Services have to hear of their tasks.</summary>
    public void Observed(IEnumerable<TaskRecord> tasks, IEnumerable<TaskId> cleaned)
    {
        foreach (var task in tasks) Of(task.Id.Service).Tasks[task.Id] = task;
        foreach (var task in cleaned) Of(task.Service).Cleaned.Add(task);
    }

    /// <summary>Tells services of their tasks.</summary>
    /// <exception cref="AggregateException">Some did not hear; they are told again with the rest.</exception>
    public async Task TellObservationsAsync()
    {
        ThrowIfAny(
            "services did not hear of their tasks",
            await Batches.ForEachAsync(_observations.Keys.ToArray(), async service =>
            {
                // Taken out first: what comes while the call runs is a new one.
                if (!_observations.Remove(service, out var told)) return;
                try
                {
                    await grains.GetGrain<IServiceGrain>(service.Value).ObserveAsync([.. told.Tasks.Values], [.. told.Cleaned]);
                }
                catch
                {
                    Of(service).AddOlder(told);
                    throw;
                }
            }));
    }

    /// <summary>Tells everything that is left, as far as it can.</summary>
    /// <exception cref="AggregateException">Some of it was not heard.</exception>
    public async Task TellAsync(NodeStore store)
    {
        var failures = new List<Exception>();
        await TryAsync(() => TellSchedulerAsync(store));
        await TryAsync(() => PublishAsync(store));
        await TryAsync(TellServicesAsync);
        await TryAsync(TellObservationsAsync);
        await TryAsync(SendEventsAsync);
        if (failures.Count > 0) throw new AggregateException(failures);

        async Task TryAsync(Func<Task> tell)
        {
            try
            {
                await tell();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }
    }

    private async Task TellSchedulerAsync(NodeStore store)
    {
        if (!_mustTellScheduler) return;
        _mustTellScheduler = false;
        try
        {
            await grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key).NodeChangedAsync(id, store.State.ToRecord(id), store.State.Version);
        }
        catch
        {
            _mustTellScheduler = true;
            throw;
        }
    }

    private async Task PublishAsync(NodeStore store)
    {
        if (!_mustPublish) return;
        _mustPublish = false;
        try
        {
            var state = store.State;
            _published = await grains.GetGrain<INodeCatalogGrain>(INodeCatalogGrain.Key).PublishAsync(id, state.ToRecord(id));
            var services = await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
            _unheard.UnionWith(services.Where(service => service.FollowsNodes).Select(service => service.Name));
            _unheard.UnionWith(services.Select(service => service.Name).Intersect(store.State.Assignments.Entries.Keys.Select(task => task.Service)));
            if (state.IsRemoved) _unheard.UnionWith(services.Select(service => service.Name));
        }
        catch
        {
            _mustPublish = true;
            throw;
        }
    }

    private async Task TellServicesAsync()
    {
        if (_unheard.Count == 0) return;

        // A service that hears of a node that has joined asks the scheduler at once what to move there.
        var (version, hasJoined) = (_published, _hasJoined && !_mustTellScheduler);
        var failed = await Batches.ForEachAsync(_unheard.ToArray(), async service =>
        {
            await grains.GetGrain<IServiceGrain>(service.Value).NodesChangedAsync(version, hasJoined);
            if (version == _published && hasJoined == _hasJoined) _unheard.Remove(service);
        });
        ThrowIfAny("services did not hear of the node", failed);
        if (_unheard.Count == 0 && !_mustPublish) _hasJoined = false;
    }

    private async Task SendEventsAsync()
    {
        while (!outbox.Unsent.IsEmpty) await outbox.SendAsync();
    }

    private void ThrowIfAny(string what, IReadOnlyList<(ServiceName Service, Exception Failure)> failed)
    {
        if (failed.Count == 0) return;
        LogNotHeard(id, failed.Count, what, failed[0].Service);
        throw new AggregateException($"{failed.Count} {what}", failed[0].Failure);
    }

    private Observation Of(ServiceName service)
    {
        ref var observation = ref CollectionsMarshal.GetValueRefOrAddDefault(_observations, service, out _);
        return observation ??= new();
    }

    [LoggerMessage(LogLevel.Debug, "Node {Node}: {Count} {What}; {Service} is the first of them")]
    private partial void LogNotHeard(NodeId node, int count, string what, ServiceName service);

    /// <summary>What one service has yet to hear; of a task only the latest.</summary>
    private sealed class Observation
    {
        public Dictionary<TaskId, TaskRecord> Tasks { get; } = [];

        public HashSet<TaskId> Cleaned { get; } = [];

        public void AddOlder(Observation older)
        {
            foreach (var (task, record) in older.Tasks) Tasks.TryAdd(task, record);
            Cleaned.UnionWith(older.Cleaned);
        }
    }
}
