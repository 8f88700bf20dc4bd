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
        lock (_gate) end = _outcome.Settle();
        if (end is null) return;

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
            _exit ??= exit;
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

    private Task DoAsync(TaskStep step) => step switch
    {
        TaskStep.Look => LookAsync(),
        TaskStep.Start => StartAsync(),
        TaskStep.TellEnd => TellEndAsync(),
        TaskStep.Stop => StopAsync(),
        TaskStep.TellNeverStarted => TellNeverStartedAsync(),
        TaskStep.Restart => RestartAsync(),
        TaskStep.ReplaceFiles => ReplaceFilesAsync(),
        _ => RemoveAsync(),
    };

    /// <summary>Finds out what there is of the container; one that runs is taken over as it is.</summary>
    private async Task LookAsync()
    {
        TaskTemplate? template;
        lock (_gate)
        {
            template = _template;
            _isMissing = false;
        }

        var found = await _container.FindAsync(template);
        var isNew = false;
        lock (_gate)
        {
            _startedAt = found?.Status.StartedAt ?? _startedAt;
            if (found is null && _phase == TaskPhase.Running) _exit ??= new(ContainerExit.Unseen, _parts.Time.GetUtcNow(), OutOfMemory: false);
            _exit ??= found?.Status.Exit;

            // Who asked it to end was an agent before this one.
            if (_phase == TaskPhase.Unknown && _assignment.Desired >= DesiredState.Shutdown && _exit is not null) _stopReason ??= _assignment.Reason;
            _phase = found is null ? TaskPhase.Absent : TaskPhase.Running;
            if (found is null || _exit is not null || template is null || _running is not null) return;
            _running = TaskObservations.Running(template.Container, found, _outcome.Restarts, _parts.Time.GetUtcNow());
            isNew = true;

            // Whether it is ready is known to the managers, and here only after a probe: it does not lose its traffic for that.
            if (template.Container.Readiness is null) _parts.Reports.Observe(Task, _running);
        }

        if (isNew) _container.Watch(template.Container, found);
    }

    private async Task StartAsync()
    {
        TaskTemplate template;
        CancellationTokenSource starting;
        long files;
        lock (_gate)
        {
            (template, files) = (TaskFiles.Current(_template!, _files), _files?.Version ?? 0);
            if (_assignment.Desired >= DesiredState.Shutdown) return;
            _starting = starting = CancellationTokenSource.CreateLinkedTokenSource(_parts.Stopping);
        }

        try
        {
            var started = await _container.StartAsync(template, starting.Token);
            lock (_gate)
            {
                _startedAt = started.Status.StartedAt;
                _exit ??= started.Status.Exit;
                (_phase, _filesPlaced) = (TaskPhase.Running, files);
                _running = TaskObservations.Running(template.Container, started, _outcome.Restarts, _parts.Time.GetUtcNow());
                if (_exit is not null) return;
                _parts.Reports.Observe(Task, _running);
            }

            _container.Watch(template.Container, started);
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            // What was made so far is found by the next step.
            lock (_gate) _phase = TaskPhase.Unknown;
        }
        catch (ContainerRuntimeException conflict) when (conflict.Fault == RuntimeFault.Conflict)
        {
            // It was looked for before and does not run: an agent before this one had begun to make it from something else.
            LogOtherOrder(Task, conflict.Message);
            await _container.RemoveAsync();
        }
        catch (Exception failure) when (TaskEndings.Of(failure, _parts.Time.GetUtcNow()) is { } end)
        {
            LogNotStarted(Task, failure.Message);
            Tell(end);
        }
        finally
        {
            lock (_gate) _starting = null;
            starting.Dispose();
        }
    }

    private async Task ReplaceFilesAsync()
    {
        TaskTemplate template, files;
        lock (_gate) (template, files) = (_template!, _files!);
        await _container.ReplaceFilesAsync(template, TaskFiles.InPlace(template, files));
        lock (_gate) _filesPlaced = files.Version;
    }

    private async Task TellEndAsync()
    {
        TaskObservation end;
        bool hasHostPorts;
        lock (_gate)
        {
            end = TaskEndings.Of(_exit!, _startedAt, _stopReason, _unhealthy);
            hasHostPorts = _template?.Container.Ports.Any(port => port.HostPort is not null) == true;
        }

        // Its successor may come as soon as the end is told, and needs the port.
        if (hasHostPorts) await _container.ReleaseAsync();
        Tell(end);
        await _container.EndWatchAsync();
        if (!hasHostPorts) await _container.ReleaseAsync();
    }

    private async Task StopAsync()
    {
        TaskTemplate? template;
        DateTimeOffset? startedAt;
        string reason;
        bool isForGood;
        lock (_gate)
        {
            (template, startedAt, isForGood) = (_template, _startedAt, _assignment.Desired >= DesiredState.Shutdown);
            reason = _unhealthy is { } why && _assignment.Desired < DesiredState.Shutdown ? $"its liveness probe failed: {why}" : _assignment.Reason;
            if (isForGood) _stopReason = reason;
        }

        // One that fails its liveness probe is told as unhealthy already, and may yet run again under the same name.
        var exit = await _container.StopAsync(template, reason, startedAt, isForGood);
        lock (_gate) _exit ??= exit;
    }

    private async Task TellNeverStartedAsync()
    {
        // A start that was broken off may have left something.
        await _container.RemoveAsync();
        Tell(new() { State = TaskState.Shutdown, At = _parts.Time.GetUtcNow(), Reason = _assignment.Reason });
    }

    /// <summary>Nobody else will: the managers are out of reach. The task stays the same to them, so that what they know of it still holds when they are back.</summary>
    private async Task RestartAsync()
    {
        TaskRestarts restarts;
        lock (_gate)
        {
            restarts = _outcome.StartAgain();

            // In the place of the end, which is no longer to be told.
            _parts.Reports.Observe(Task, TaskObservations.StartedAgain(restarts, _parts.Time.GetUtcNow()));
        }

        LogStartedAgain(Task, restarts.Count, restarts.LastEnd);
        await _container.EndWatchAsync();
        await _container.ClearAsync();
        lock (_gate)
        {
            (_phase, _isMissing) = (TaskPhase.Absent, false);
            (_exit, _running, _startedAt, _stopReason, _unhealthy) = (null, null, null, null, null);
        }

        _parts.Store.SaveRestarts(Task, restarts);
    }

    private async Task RemoveAsync()
    {
        _parts.Restarts.Forget(this);
        await _container.EndWatchAsync();
        await _container.RemoveAsync();
        lock (_gate) _phase = TaskPhase.Removed;
        _parts.Reports.Clean(Task);
        _removed.TrySetResult();
    }

    // Kept on the disk once it is for good; before that the container itself tells it to the next agent.
    private void Tell(TaskObservation end)
    {
        TimeSpan? delay;
        lock (_gate)
        {
            _phase = TaskPhase.Ended;
            _parts.Reports.Observe(Task, end);
            var restart = _assignment.Desired == DesiredState.Running && _hasAll ? _template?.Restart : null;
            delay = _outcome.End(end, restart, _parts.Time.GetUtcNow());
        }

        if (delay is { } wait) _parts.Restarts.Wait(this, wait);
        else EndForGood();
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
