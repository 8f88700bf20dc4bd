using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Catalogs;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Scheduling;

/// <summary>
/// Places tasks. One grain is enough: it decides for ten thousand tasks in less than a second, is asked in batches, and promises nothing, so that
/// another one may begin at any time. It runs when something has changed, never by the clock; while a node has a call of it, what is placed there
/// waits and goes as one batch.
/// </summary>
[GrainType("scheduler"), KeepAlive]
internal sealed partial class SchedulerGrain : Grain, ISchedulerGrain
{
    /// <summary>So often loading is tried for one call.</summary>
    private const int MaxLoadTries = 3;

    /// <summary>A node that has not answered after so long is left out for a while.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>A service of which a task was lost is asked no more often than this.</summary>
    private static readonly TimeSpan s_requeueWait = TimeSpan.FromMilliseconds(200);

    /// <summary>The wait before the third of these tries; the second one is at once.</summary>
    private static readonly TimeSpan s_loadWait = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly ILogger<SchedulerGrain> _logger;
    private readonly SchedulerBook _book = new();
    private readonly HashSet<NodeId> _unreadNodes = [];
    private readonly HashSet<ServiceName> _toRequeue = [];
    private readonly Dictionary<TaskId, BlockedTask> _toExplain = [];
    private readonly long _begin;
    private readonly BackgroundWork _work, _asking, _explaining;
    private Task? _loading;

    public SchedulerGrain(TimeProvider time, ILogger<SchedulerGrain> logger)
    {
        (_time, _logger, _begin) = (time, logger, time.GetTimestamp());

        // Apart, so that a node or service that is slow to answer holds up no placement.
        _work = new(this, time, RunAsync, LogFailed);
        _asking = new(this, time, AskAsync, LogFailed);
        _explaining = new(this, time, ExplainAsync, LogFailed);
    }

    private TimeSpan Now => _time.GetElapsedTime(_begin);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Not awaited: nodes and services that are asked may be calling.
        _work.Arm();
        return Task.CompletedTask;
    }

    public Task EnqueueAsync(ImmutableArray<PendingTask> tasks)
    {
        _book.Enqueue(tasks);
        if (!tasks.IsEmpty) _work.Arm();
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(ImmutableArray<TaskId> tasks)
    {
        foreach (var task in tasks) _book.Withdraw(task);
        return Task.CompletedTask;
    }

    public Task NodeChangedAsync(NodeId id, NodeRecord? node, long version)
    {
        _book.Learn(id, node, version);
        _unreadNodes.Remove(id);
        if (_book.Pending > 0) _work.Arm();
        return Task.CompletedTask;
    }

    public Task VolumeChangedAsync(VolumeName name, VolumeRecord? volume)
    {
        _book.Learn(name, volume);
        if (_book.Pending > 0) _work.Arm();
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<TaskIntention>> FindMovesAsync(PlacementRequirements requirements, ImmutableArray<TaskRecord> movable, int maxMoves)
    {
        await LoadedAsync();
        var plan = Rebalancer.Compute(new()
        {
            Cluster = _book.Snapshot(Now),
            Requirements = requirements,
            Movable = movable,
            MaxMoves = maxMoves,
        });

        // That there is nothing to move is an answer for good, and what is not known yet may be where a task should go.
        if (plan.Moves.IsEmpty && _unreadNodes.Count + _book.Silent(Now) is > 0 and var unknown)
            throw new TimeoutException($"no move was found, but {unknown} nodes have not answered yet");
        return [.. plan.Moves.Select(move => new TaskIntention(move.Task, DesiredState.Shutdown, move.Reason))];
    }

    public async Task<ImmutableArray<PlacementForecast>> ForecastAsync(ImmutableArray<PendingTask> tasks, ImmutableArray<TaskId> ending)
    {
        await LoadedAsync();
        return _book.Forecast(tasks, ending.ToHashSet(), Now);
    }

    private async Task RunAsync()
    {
        await LoadOnce();
        var (explain, placed, waiting, due) = _book.Place(Now);
        if (placed + waiting > 0) LogRan(placed, waiting, _book.Pending);
        foreach (var node in _book.Ready) _ = SendAsync(node);
        PutToExplain(explain);
        if (due is { } time) _work.ArmAfter(time - Now);
    }

    private void PutToExplain(ImmutableArray<BlockedTask> tasks)
    {
        if (tasks.IsEmpty) return;
        foreach (var task in tasks) _toExplain[task.Task] = task;
        _explaining.Arm();
    }

    /// <summary>
    /// Not left to the timer: an activation that is about to move runs none any more, and ends when its calls have. So the caller is told of what keeps failing.
    /// </summary>
    private async Task LoadedAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await LoadOnce();
                return;
            }
            catch (Exception) when (tries < MaxLoadTries)
            {
                await Task.Delay(s_loadWait * (tries - 1), _time);
            }
        }
    }

    private Task LoadOnce() => _loading is null or { IsFaulted: true } or { IsCanceled: true } ? _loading = LoadAsync() : _loading;

    /// <summary>Asks what there is. Nodes that do not answer are asked again while the others are used.</summary>
    private async Task LoadAsync()
    {
        var nodes = await GrainFactory.GetGrain<INodeCatalogGrain>(INodeCatalogGrain.Key).GetChangesAsync(null);
        var volumes = await GrainFactory.GetGrain<INameCatalogGrain>(INameCatalogGrain.Volumes).ListAsync();
        var services = await GrainFactory.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
        foreach (var node in nodes.Nodes) _unreadNodes.Add(node.Id);
        await ReadNodesAsync();

        // A task must not be placed away from its volume, so all of them are known before the first one is.
        var failed = await Batches.ForEachAsync(volumes, async name =>
        {
            if (await GrainFactory.GetGrain<IVolumeGrain>(name).GetAsync() is { } volume) _book.LearnIfNew(volume);
        });
        if (failed.Count > 0) throw new AggregateException($"{failed.Count} volumes did not answer, {failed[0].Item} the first of them", failed[0].Failure);
        _toRequeue.UnionWith(services.Select(service => service.Name));
        _asking.Arm();
        LogLoaded(nodes.Nodes.Length, _unreadNodes.Count, volumes.Length, services.Length);
    }

    private Task<IReadOnlyList<(NodeId Item, Exception Failure)>> ReadNodesAsync() => Batches.ForEachAsync(_unreadNodes.ToArray(), async id =>
    {
        if (await GrainFactory.GetGrain<INodeGrain>(id.Value).GetAsync().WaitAsync(s_patience, _time) is { } node) _book.Learn(id, node, node.Version);
        _unreadNodes.Remove(id);
    });

    /// <summary>Asks nodes that have not answered yet, and services that have tasks which nobody knows.</summary>
    private async Task AskAsync()
    {
        var unread = await ReadNodesAsync();
        var unasked = await Batches.ForEachAsync(_toRequeue.ToArray(), async service =>
        {
            _toRequeue.Remove(service);
            try
            {
                await GrainFactory.GetGrain<IServiceGrain>(service.Value).RequeueAsync();
            }
            catch
            {
                _toRequeue.Add(service);
                throw;
            }
        });
        if (_book.Pending > 0) _work.Arm();
        if (unread.Count + unasked.Count > 0)
            throw new AggregateException($"{unread.Count} nodes and {unasked.Count} services did not answer", (unread.Count > 0 ? unread[0].Failure : unasked[0].Failure));
    }

    private async Task SendAsync(NodeId node)
    {
        while (_book.TakeBatch(node) is { } batch)
        {
            var call = GrainFactory.GetGrain<INodeGrain>(node.Value).AdmitAsync([.. batch.Select(RequestOf)]);
            try
            {
                Take(node, await call.WaitAsync(s_patience, _time));
            }
            catch (Exception failure)
            {
                LogNodeSilent(failure, node, batch.Length);
                _book.Failed(node, Now);
                _work.Arm();
                if (!call.IsCompleted) _ = TakeLateAsync(node, call);
                return;
            }
        }
    }

    /// <summary>What was taken for silence may have been slowness.</summary>
    private async Task TakeLateAsync(NodeId node, Task<AdmissionReply> call)
    {
        try
        {
            Take(node, await call);
        }
        catch (Exception failure)
        {
            LogNodeSilent(failure, node, 0);
        }
    }

    private void Take(NodeId node, AdmissionReply reply)
    {
        var (explain, unknown) = _book.Answered(node, reply, Now);
        PutToExplain(explain);
        _toRequeue.UnionWith(unknown.Select(task => task.Service));
        if (_toRequeue.Count > 0) _asking.ArmAfter(s_requeueWait);
        LogAnswered(node, reply.Answers.Count(answer => answer.Result == AdmissionResult.Admitted), reply.Answers.Length);
        if (_book.Pending > 0) _work.Arm();
    }

    private async Task ExplainAsync()
    {
        if (_toExplain.Count == 0) return;
        var told = _toExplain.Values.ToArray();
        _toExplain.Clear();
        var failed = await Batches.ForEachAsync(
            told.GroupBy(task => task.Task.Service), tasks => GrainFactory.GetGrain<IServiceGrain>(tasks.Key.Value).ExplainAsync([.. tasks]));
        if (failed.Count == 0) return;

        // What came meanwhile is newer.
        foreach (var task in failed.SelectMany(service => service.Item)) _toExplain.TryAdd(task.Task, task);
        throw new AggregateException($"{failed.Count} services did not hear why their tasks wait", failed[0].Failure);
    }

    /// <summary>Each node has its own volumes for the tasks of a global service, so that there is nothing to claim.</summary>
    private static AdmissionRequest RequestOf(Placement placement) => new()
    {
        Reservation = placement.ToReservation(),
        SpecVersion = placement.Task.Requirements.SpecVersion,
        Volumes = placement.Task.Id.Slot.Node is null ? placement.Task.Requirements.Volumes : [],
    };
}
