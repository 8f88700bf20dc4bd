using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Questions;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Stats;

/// <summary>Follows the use of nodes for one caller. Each node is asked by itself, so that none holds up another.</summary>
internal sealed class StatsFeed(StatsScope scope, IGrainFactory grains, NodeLookup nodes, StatsOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly NodeInquiry _inquiry = new(grains, time);
    private readonly Dictionary<NodeId, (NodeWatch Watch, Task Running)> _watches = [];
    private readonly CancellationTokenSource _end = new();

    /// <summary>What is used now. The first time it waits for all nodes for a while.</summary>
    /// <exception cref="NotFoundException">There is no such service.</exception>
    public async Task<Proto.Stats> ReadAsync(CancellationToken cancellation)
    {
        var all = await nodes.AllAsync();
        var ofService = await TasksOfServiceAsync();
        var wanted = all.Values.Where(node => (scope.Node is null || node.Id == scope.Node) && (ofService is null || ofService.ContainsKey(node.Id))).ToArray();
        var isFirst = _watches.Count == 0;
        foreach (var node in wanted) Watch(node.Id);
        if (isFirst) await Task.WhenAny(Task.WhenAll(_watches.Values.Select(watch => watch.Watch.Heard)), Task.Delay(options.Patience, time, cancellation));
        cancellation.ThrowIfCancellationRequested();
        var found = await Task.WhenAll(wanted.Select(node => FindAsync(node, ofService)));
        return StatsMap.Write(time.GetUtcNow(), found, scope.Service, scope.WithTasks);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_watches.Values.Select(watch => watch.Running));
        _end.Dispose();
    }

    private void Watch(NodeId node)
    {
        if (_watches.ContainsKey(node)) return;
        var watch = new NodeWatch(node, new() { Interval = scope.Interval, WithTasks = scope.WithTasks }, _inquiry, options, time);
        _watches.Add(node, (watch, watch.RunAsync(_end.Token)));
    }

    private async Task<ImmutableDictionary<NodeId, ImmutableArray<TaskId>>?> TasksOfServiceAsync()
    {
        if (scope.Service is not { } name) return null;
        var status = await grains.GetGrain<IServiceGrain>(name.Value).GetAsync() ?? throw new NotFoundException($"there is no service {name}");
        return status.Tasks.Where(task => task is { Node: not null, Observed.State: TaskState.Running })
            .GroupBy(task => task.Node!.Value).ToImmutableDictionary(group => group.Key, group => group.Select(task => task.Id).ToImmutableArray());
    }

    private async Task<NodeFinding> FindAsync(NodeRecord node, ImmutableDictionary<NodeId, ImmutableArray<TaskId>>? ofService)
    {
        var (use, notice) = _watches[node.Id].Watch.Latest;
        var isSilent = scope.WithTasks && use is not { TasksProblem: null };
        var expected = !isSilent ? [] : ofService is not null ? ofService[node.Id] : await ExpectedAsync(node.Id);
        return new(node.Id, node.Description.Name, use, notice, expected);
    }

    private async Task<ImmutableArray<TaskId>> ExpectedAsync(NodeId node) =>
        await grains.GetGrain<INodeGrain>(node.Value).GetAsync() is { } record ? [.. record.Reservations.Select(held => held.Task)] : [];
}
