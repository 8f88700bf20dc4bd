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
    private static readonly TimeSpan s_failurePause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskRunner> _runners = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _starts;
    private readonly ContainerHost _containers;
    private readonly HealthMonitor _health;
    private readonly AssignmentStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskParts _parts;
    private ImmutableHashSet<ContainerId>? _found;
    private AssignmentBook _book = AssignmentBook.Empty;
    private bool _hasHeard, _isRemoved;

    public TaskKeeper(TaskParts parts, AssignmentStore store, ILogger<TaskKeeper> logger)
    {
        (_containers, _health, _starts, _store, Reports, Images, _time, _logger) =
            (parts.Containers, parts.Health, parts.Starts, store, parts.Reports, parts.Images, parts.Time, logger);
        _parts = parts with { Stopping = _stopping.Token };
        _parts.Restarts.HasSuccessor = HasSuccessor;
        _parts.Reach.OnAlone = GoAlone;
    }

    /// <summary>Whether the node decides by itself.</summary>
    public ManagerReach Reach => _parts.Reach;

    /// <summary>What the managers have not confirmed yet.</summary>
    public TaskReports Reports { get; }

    /// <summary>Which images are there.</summary>
    public NodeImages Images { get; }

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

    /// <summary>The images that tasks of this node need or may need again; null: it is not known which tasks it has.</summary>
    public IReadOnlySet<string>? WantedImages
    {
        get
        {
            lock (_gate) return _book.Version is null ? null : _book.WantedImages();
        }
    }

    /// <summary>The version to ask the managers from; null, for everything, also when secrets are missing.</summary>
    public long? KnownVersion
    {
        get
        {
            lock (_gate) return _book.KnownVersion;
        }
    }

    /// <summary>The version of the assignments that would outlive this process; 0: none.</summary>
    public long KeptVersion
    {
        get
        {
            _store.Retry();
            return _store.KeptVersion ?? 0;
        }
    }

    /// <summary>
    /// Goes on with the tasks that an agent before this one had, without any manager. Called once, before anything else but <see cref="RemoveAllAsync"/>, after which
    /// there is nothing to go on with.
    /// </summary>
    /// <param name="containers">All containers there are.</param>
    public void Restore(ImmutableArray<ContainerStatus> containers)
    {
        var kept = _store.Load();
        lock (_gate)
        {
            _found = [.. containers.Select(container => container.Id)];
            if (_isRemoved)
            {
                // What was kept could not be taken from the disk before it was read.
                _store.Save(_book);
                return;
            }

            _book = kept.Book;
            _parts.Node.Labels = _book.NodeLabels;
            foreach (var assignment in _book.Tasks.Values)
            {
                var end = kept.Ends.GetValueOrDefault(assignment.Task);
                if (end is not null) Reports.Observe(assignment.Task, end);

                // Taken over if it is there, made only when a manager was heard, or none can be: meanwhile another node may have it.
                var runner = new TaskRunner(assignment, _book.SourceOf(assignment), end is null ? PhaseOf(assignment.Task) : TaskPhase.Ended, _parts);
                runner.Restore(kept.Restarts.GetValueOrDefault(assignment.Task) ?? TaskRestarts.None);
                Add(runner);
            }
        }
    }

    /// <summary>Takes a message of the managers.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isAnswer">Whether it was asked for.</param>
    /// <param name="askedAt">The <see cref="Version"/> when it was asked for. Default: none.</param>
    /// <returns>False if something before it is missing, or it was overtaken, and the managers must be asked.</returns>
    public bool Apply(AssignmentMessage message, bool isAnswer, long? askedAt = null)
    {
        bool isFirst;
        lock (_gate)
        {
            // A push may overtake an answer. One that is older although nothing came in between holds, since the managers' store was restored.
            if (isAnswer && message.IsEverything && message.To < _book.Version && _book.Version != askedAt) return false;
            if (_book.TryApply(message, isAnswer) is not { } next) return false;
            var before = _book;
            isFirst = !_hasHeard;
            _book = next;
            _parts.Node.Labels = next.NodeLabels;
            _store.Save(next);
            foreach (var assignment in next.Tasks.Values)
            {
                var source = next.SourceOf(assignment);
                var isKnown = _hasHeard && before.Tasks.TryGetValue(assignment.Task, out var known) && known == assignment && before.SourceOf(known) == source;
                if (!isKnown || !_runners.ContainsKey(assignment.Task)) Assign(assignment, source);
            }

            _hasHeard = true;
            foreach (var task in _runners.Keys.Where(task => !next.Tasks.ContainsKey(task)).ToArray()) Drop(task);
        }

        // The first time also after a change alone: an agent before this one may have ended between forgetting a task and removing its container.
        if (isFirst || (message.IsEverything && isAnswer)) _ = RemoveUnassignedAsync();
        return true;
    }

    /// <summary>The managers have stored a report.</summary>
    public void Confirm(NodeReport report)
    {
        Reports.Confirm(report);
        var ends = report.Tasks.Where(told => told.Observed.State.IsFinal && Find(told.Task)?.Confirm(told.Observed) == true)
            .Select(told => KeyValuePair.Create(told.Task, told.Observed)).ToArray();
        _store.SaveEnds(ends);
    }

    /// <summary>Everything that the node runs is stopped and removed: it is not of the cluster any more.</summary>
    public async Task RemoveAllAsync(string reason)
    {
        var containers = await _containers.Runtime.ListAsync(_stopping.Token);
        Task[] ending;
        lock (_gate)
        {
            (_book, _isRemoved) = (AssignmentBook.Empty, true);
            _store.Save(_book);
            foreach (var task in _runners.Keys.Concat(containers.Select(TaskOf).OfType<TaskId>()).Distinct().ToArray())
                Assign(new(task, 0, DesiredState.Removed, reason), TaskSource.Unknown);
            ending = [.. _runners.Values.Select(runner => runner.Removed)];
        }

        await Task.WhenAll(ending).WaitAsync(_stopping.Token);
    }

    /// <summary>Tells the tasks what happens to their containers, until the token.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        Reach.Begin();
        return Task.WhenAll(
            FollowAsync("the containers", FollowRuntimeAsync, cancellationToken), FollowAsync("the probes", FollowHealthAsync, cancellationToken));
    }

    /// <summary>Ends the work on tasks; their containers go on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Reach.Dispose();
        _parts.Restarts.Dispose();
        Task[] ending;
        lock (_gate) ending = [.. _runners.Values.Select(runner => runner.Idle)];
        await Task.WhenAll(ending);
        await Images.Idle;
        await _health.DisposeAsync();
        Reports.Dispose();
        _starts.Dispose();
        _store.Dispose();
        _stopping.Dispose();
    }

    private void Assign(TaskAssignment assignment, TaskSource source)
    {
        if (_runners.TryGetValue(assignment.Task, out var runner)) runner.Assign(assignment, source);
        else Add(assignment, source, PhaseOf(assignment.Task));
    }

    private void Add(TaskAssignment assignment, TaskSource source, TaskPhase phase) => Add(new(assignment, source, phase, _parts));

    private void Add(TaskRunner runner)
    {
        _runners.Add(runner.Task, runner);
        runner.Wake();
    }

    private void GoAlone()
    {
        TaskRunner[] runners;
        lock (_gate) runners = [.. _runners.Values];
        LogAlone(runners.Length);
        foreach (var runner in runners) runner.GoAlone();
        _parts.Restarts.Go();
    }

    private bool HasSuccessor(TaskId task)
    {
        lock (_gate)
        {
            return _book.Tasks.Values.Any(other =>
                other.Task.Service == task.Service && other.Task.Slot == task.Slot && other.Task.Generation > task.Generation && other.Desired == DesiredState.Running);
        }
    }

    // Task ids are never given twice, so only what was there at the start can be of an agent before this one.
    private TaskPhase PhaseOf(TaskId task) => _found?.Contains(new(task.ToString())) == false ? TaskPhase.Absent : TaskPhase.Unknown;

    // One that is dropped before it was removed was forgotten by the managers, as after a restored store: nothing of it may stay.
    private void Drop(TaskId task)
    {
        var runner = _runners[task];
        if (!runner.Removed.IsCompleted)
        {
            runner.Assign(new(task, 0, DesiredState.Removed, "it is not assigned to this node any more"), TaskSource.Unknown);
            _ = ForgetWhenRemovedAsync(runner);
            return;
        }

        _runners.Remove(task);
        Reports.Forget(task);
    }

    private async Task ForgetWhenRemovedAsync(TaskRunner runner)
    {
        await runner.Removed;
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
                if (TaskOf(container) is not { } task) continue;
                lock (_gate)
                {
                    if (_book.Tasks.ContainsKey(task) || _runners.ContainsKey(task)) continue;
                    LogUnassigned(task);
                    Add(new(task, 0, DesiredState.Removed, "it is not assigned to this node any more"), TaskSource.Unknown, TaskPhase.Unknown);
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

    private static TaskId? TaskOf(ContainerStatus container) =>
        TaskId.TryParse(container.OwnerLabels.GetValueOrDefault(OwnerLabels.Task), out var task) ? task : null;

    // Nobody else would see that containers end, so it never ends before the agent does.
    private async Task FollowAsync(string what, Func<CancellationToken, Task> follow, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await follow(cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                LogNotFollowed(failure, what, s_failurePause, failure.Message);
            }

            await Task.Delay(s_failurePause, _time, cancellationToken);
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
                    runner.OnList(null);
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
            foreach (var runner in runners) runner.OnList(containers.GetValueOrDefault(runner.Task.ToString()));
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

    private TaskRunner? Find(ContainerId id) => TaskId.TryParse(id.Value, out var task) ? Find(task) : null;

    private TaskRunner? Find(TaskId task)
    {
        lock (_gate) return _runners.GetValueOrDefault(task);
    }
}
