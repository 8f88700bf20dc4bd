using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Assignments;
using Warren.Agent.Containers;
using Warren.Agent.Health;
using Warren.Agent.Runtime;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// The tasks of this node: keeps a <see cref="TaskRunner"/> for each that is assigned, and tells them what happens to their containers. Containers
/// of tasks that are not assigned are stopped and removed once the managers have said what is.
/// </summary>
internal sealed partial class TaskKeeper : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskRunner> _runners = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _starts;
    private readonly ContainerHost _containers;
    private readonly HealthMonitor _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskParts _parts;
    private AssignmentBook _book = AssignmentBook.Empty;

    public TaskKeeper(ContainerHost containers, HealthMonitor health, TaskReports reports, int parallelStarts, TimeProvider time, ILogger<TaskKeeper> logger)
    {
        (_containers, _health, Reports, _time, _logger) = (containers, health, reports, time, logger);
        _starts = new(parallelStarts);
        _parts = new()
        {
            Containers = containers,
            Health = health,
            Reports = reports,
            Starts = _starts,
            Time = time,
            Logger = logger,
            Stopping = _stopping.Token,
        };
    }

    /// <summary>What the managers have not confirmed yet.</summary>
    public TaskReports Reports { get; }

    /// <summary>What runs the containers.</summary>
    public IContainerRuntime Runtime => _containers.Runtime;

    /// <summary>The version of the assignments that is carried out; null: none was heard yet.</summary>
    public long? Version
    {
        get
        {
            lock (_gate) return _book.Version;
        }
    }

    /// <summary>Takes a message of the managers.</summary>
    /// <returns>False if something before it is missing, and the managers must be asked.</returns>
    public bool Apply(AssignmentMessage message, bool isAnswer)
    {
        lock (_gate)
        {
            if (_book.TryApply(message, isAnswer) is not { } next) return false;
            var before = _book;
            _book = next;
            foreach (var assignment in next.Tasks.Values)
            {
                if (before.Tasks.TryGetValue(assignment.Task, out var known) && known == assignment && _runners.ContainsKey(assignment.Task)) continue;
                Assign(assignment, next.TemplateOf(assignment));
            }

            foreach (var task in _runners.Keys.Where(task => !next.Tasks.ContainsKey(task)).ToArray()) Drop(task);
        }

        if (message.IsEverything && isAnswer) _ = RemoveUnassignedAsync();
        return true;
    }

    /// <summary>Everything that the node runs is stopped and removed: it is not of the cluster any more.</summary>
    public async Task RemoveAllAsync(string reason)
    {
        Task[] ending;
        lock (_gate)
        {
            foreach (var task in _runners.Keys.ToArray()) Assign(new(task, 0, DesiredState.Removed, reason), null);
            ending = [.. _runners.Values.Select(runner => runner.Idle)];
        }

        await Task.WhenAll(ending);
    }

    /// <summary>Tells the tasks what happens to their containers, until the token.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(FollowRuntimeAsync(cancellationToken), FollowHealthAsync(cancellationToken));
    }

    /// <summary>Ends the work on tasks; their containers go on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] ending;
        lock (_gate) ending = [.. _runners.Values.Select(runner => runner.Idle)];
        await Task.WhenAll(ending);
        await _health.DisposeAsync();
        Reports.Dispose();
        _starts.Dispose();
        _stopping.Dispose();
    }

    private void Assign(TaskAssignment assignment, TaskTemplate? template)
    {
        if (_runners.TryGetValue(assignment.Task, out var runner))
        {
            runner.Assign(assignment, template);
            return;
        }

        runner = new(assignment, template, _parts);
        _runners.Add(assignment.Task, runner);
        runner.Wake();
    }

    // One that is dropped before it was removed was forgotten by the managers, as after a restored store: nothing of it may stay.
    private void Drop(TaskId task)
    {
        var runner = _runners[task];
        if (runner.IsRemoved)
        {
            _runners.Remove(task);
            Reports.Forget(task);
            return;
        }

        runner.Assign(new(task, 0, DesiredState.Removed, "it is not assigned to this node any more"), null);
        _ = ForgetWhenRemovedAsync(runner);
    }

    private async Task ForgetWhenRemovedAsync(TaskRunner runner)
    {
        while (!runner.IsRemoved && !_stopping.IsCancellationRequested) await runner.Idle;
        lock (_gate)
        {
            if (_book.Tasks.ContainsKey(runner.Task)) return;
            _runners.Remove(runner.Task);
            Reports.Forget(runner.Task);
        }
    }

    /// <summary>Copies of tasks that an agent before this one ran, and that this node is not to have any more.</summary>
    private async Task RemoveUnassignedAsync()
    {
        try
        {
            foreach (var container in await _containers.Runtime.ListAsync(_stopping.Token))
            {
                if (!TaskId.TryParse(container.OwnerLabels.GetValueOrDefault(OwnerLabels.Task), out var task)) continue;
                lock (_gate)
                {
                    if (_book.Tasks.ContainsKey(task) || _runners.ContainsKey(task)) continue;
                    LogUnassigned(task);
                    Assign(new(task, 0, DesiredState.Removed, "it is not assigned to this node any more"), null);
                    _ = ForgetWhenRemovedAsync(_runners[task]);
                }
            }
        }
        catch (Exception failure) when (failure is ContainerRuntimeException or OperationCanceledException)
        {
            // The next registration, or the next start, does it.
            LogNotListed(failure.Message);
        }
    }

    private async Task FollowRuntimeAsync(CancellationToken cancellationToken)
    {
        await foreach (var happened in _containers.Runtime.WatchAsync(cancellationToken))
        {
            switch (happened)
            {
                case { Kind: RuntimeEventKind.Resync }:
                    await LookAsync(cancellationToken);
                    break;
                case { Kind: RuntimeEventKind.Exited, Exit: { } exit } when Find(happened.Id) is { } runner:
                    runner.OnExit(exit);
                    break;
                case { Kind: RuntimeEventKind.Removed } when Find(happened.Id) is { } runner:
                    runner.OnList(null, _time.GetUtcNow());
                    break;
                default:
                    break;
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            TaskRunner[] runners;
            lock (_gate) runners = [.. _runners.Values];
            var containers = (await _containers.Runtime.ListAsync(cancellationToken)).ToDictionary(container => container.Id.Value);
            foreach (var runner in runners) runner.OnList(containers.GetValueOrDefault(runner.Task.ToString()), _time.GetUtcNow());
        }
        catch (ContainerRuntimeException failure) when (failure.Fault == RuntimeFault.Unavailable)
        {
            // Another resync follows when it is back.
            LogNotListed(failure.Message);
        }
    }

    private async Task FollowHealthAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in _health.Changes.ReadAllAsync(cancellationToken)) Find(change.Id)?.OnHealth(change);
    }

    private TaskRunner? Find(ContainerId id)
    {
        lock (_gate) return TaskId.TryParse(id.Value, out var task) ? _runners.GetValueOrDefault(task) : null;
    }
}
