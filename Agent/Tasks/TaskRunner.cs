using Warren.Agent.Assignments;
using Warren.Agent.Health;
using Warren.Agent.Runtime;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// Brings one task to what the managers want of it, step by step; its steps never overlap. What it knows it finds out again after a restart, from
/// the container.
/// </summary>
internal sealed partial class TaskRunner
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly TaskParts _parts;
    private readonly TaskContainer _container;
    private readonly TaskOutcome _outcome;
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskAssignment _assignment;
    private TaskTemplate? _template;
    private TaskTemplate? _files;
    private long _filesPlaced;
    private bool _hasAll;
    private TaskPhase _phase;
    private ContainerExit? _exit;
    private DateTimeOffset? _startedAt;
    private TaskObservation? _running;
    private bool _isMissing;
    private string? _stopReason;
    private string? _unhealthy;
    private CancellationTokenSource? _starting;
    private CancellationTokenSource? _pausing;
    private Task _work = System.Threading.Tasks.Task.CompletedTask;
    private bool _isWorking;

    /// <param name="assignment">What the managers want.</param>
    /// <param name="source">What the container is made from.</param>
    /// <param name="phase"><see cref="TaskPhase.Absent"/> if no earlier agent can have made a container, <see cref="TaskPhase.Ended"/> if one told the end.</param>
    /// <param name="parts">What all tasks share.</param>
    public TaskRunner(TaskAssignment assignment, TaskSource source, TaskPhase phase, TaskParts parts)
    {
        (_parts, _logger, _assignment, _phase) = (parts, parts.Logger, assignment, phase);
        (_template, _hasAll, _files) = (source.Template, source.HasAll, source.Files);
        _outcome = new(isFinal: phase >= TaskPhase.Ended);
        Task = assignment.Task;
        _container = new(Task, parts);
    }

    /// <summary>The task.</summary>
    public TaskId Task { get; }

    /// <summary>Ends when no step is under way.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate) return _work;
        }
    }

    /// <summary>Ends when nothing of the task is left.</summary>
    public Task Removed => _removed.Task;

    /// <summary>Goes on where an agent before this one was: nothing is made before a manager was heard, or the node is alone.</summary>
    public void Restore(TaskRestarts restarts)
    {
        lock (_gate) _outcome.Restore(restarts);
    }

    /// <summary>The node is alone, and what it was told last holds. Runs of jobs wait for the managers, who count them.</summary>
    public void GoAlone()
    {
        lock (_gate)
        {
            if (_template?.Restart is null) return;
            _outcome.IsHeld = false;
        }

        Wake();
    }

    /// <summary>The task has ended, the node is alone, and the delay has passed.</summary>
    public void StartAgain()
    {
        lock (_gate) _outcome.LetStartAgain();
        Wake();
    }

    /// <summary>The managers have taken an end for what becomes of the task.</summary>
    /// <returns>Whether that was news.</returns>
    public bool Confirm(TaskObservation end)
    {
        lock (_gate)
        {
            if (!_outcome.Confirm(end)) return false;
        }

        _parts.Restarts.Forget(this);
        return true;
    }

    /// <summary>It stays ended.</summary>
    public void EndForGood()
    {
        TaskObservation? end;
        lock (_gate)
        {
            var isRestartDue = _outcome.IsRestartDue;
            end = _outcome.Settle();
            if (end is null) return;

            // That it is started again may have been told in its place.
            if (isRestartDue) _parts.Reports.Observe(Task, end);
        }

        _parts.Restarts.Forget(this);
        _parts.Store.SaveEnds(KeyValuePair.Create(Task, end));
    }

    /// <summary>The managers want something of the task.</summary>
    public void Assign(TaskAssignment assignment, TaskSource source)
    {
        lock (_gate)
        {
            _assignment = assignment;
            _outcome.IsHeld = false;
            if (source.Template is not null && !_hasAll) (_template, _hasAll) = (source.Template, source.HasAll);
            _files = source.Files ?? _files;
            if (assignment.Desired >= DesiredState.Shutdown) _starting?.Cancel();
            _pausing?.Cancel();
        }

        if (assignment.Desired != DesiredState.Running) EndForGood();
        Wake();
    }

    /// <summary>The container's process has ended.</summary>
    public void OnExit(ContainerExit exit)
    {
        lock (_gate)
        {
            if (_phase >= TaskPhase.Ended) return;

            // Of a task that was started again it may be the end of the container before, told late: only a look says.
            if (_outcome.Restarts.Count > 0) _isMissing = true;
            else _exit ??= exit;
            _pausing?.Cancel();
        }

        Wake();
    }

    /// <summary>After events were missed: what a list says of the container, which may be older than what is known here.</summary>
    public void OnList(ContainerStatus? status)
    {
        if (status is { Exit: { } exit })
        {
            OnExit(exit);
            return;
        }

        lock (_gate)
        {
            if (status is not null || _phase != TaskPhase.Running) return;
            _isMissing = true;
        }

        Wake();
    }

    /// <summary>A probe says something else than before.</summary>
    public void OnHealth(HealthChange change)
    {
        lock (_gate)
        {
            if (_phase != TaskPhase.Running || _running is null || _unhealthy is not null) return;
            if (TaskObservations.With(_running, change) is not { } next) return;
            if (change.Kind == ProbeKind.Liveness) _unhealthy = change.Reason;
            _running = next;
            _parts.Reports.Observe(Task, next);
        }

        Wake();
    }

    /// <summary>Goes on with what is to be done, if anything is.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_isWorking || Next() == TaskStep.Nothing) return;
            _isWorking = true;
            _work = System.Threading.Tasks.Task.Run(WorkAsync);
        }
    }

    private TaskStep Next() => TaskPlan.Next(new(
        _assignment.Desired,
        _phase,
        _template is not null && _hasAll && !_outcome.IsHeld,
        _exit is not null,
        _unhealthy is not null,
        IsDoubtful: _isMissing || (_running is null && _template is not null),
        _outcome.IsRestartDue,
        HasOtherFiles: _files is { } files && _template is not null && files.Version != _filesPlaced));

    private async Task WorkAsync()
    {
        var pause = s_firstPause;
        while (true)
        {
            TaskStep step;
            lock (_gate)
            {
                step = _parts.Stopping.IsCancellationRequested ? TaskStep.Nothing : Next();
                if (step == TaskStep.Nothing)
                {
                    _isWorking = false;
                    return;
                }
            }

            try
            {
                await DoAsync(step);
                pause = s_firstPause;
            }
            catch (OperationCanceledException) when (_parts.Stopping.IsCancellationRequested)
            {
                // The agent ends; the container goes on.
            }
            catch (Exception failure)
            {
                LogStepFailed(failure, Task, step, pause, failure.Message);
                await PauseAsync(pause);
                pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
        }
    }

    // What the managers want next does not wait for it.
    private async Task PauseAsync(TimeSpan pause)
    {
        using var pausing = CancellationTokenSource.CreateLinkedTokenSource(_parts.Stopping);
        lock (_gate) _pausing = pausing;
        try
        {
            await System.Threading.Tasks.Task.Delay(pause, _parts.Time, pausing.Token);
        }
        catch (OperationCanceledException) when (pausing.IsCancellationRequested)
        {
            // The next look sees why.
        }
        finally
        {
            lock (_gate) _pausing = null;
        }
    }
}
