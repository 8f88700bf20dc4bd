using Warren.Agent.Containers;
using Warren.Agent.Health;
using Warren.Agent.Images;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Volumes;
using Warren.Containers;
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

    // What takes less is told by its end alone.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1), s_progressPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TaskParts _parts;
    private readonly ContainerId _id;
    private readonly TaskCompletionSource _removed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskAssignment _assignment;
    private TaskTemplate? _template;
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
        (_template, _hasAll) = (source.Template, source.HasAll);
        Task = assignment.Task;
        _id = new(Task.ToString());
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

    /// <summary>The managers want something of the task.</summary>
    public void Assign(TaskAssignment assignment, TaskSource source)
    {
        lock (_gate)
        {
            _assignment = assignment;
            if (source.Template is not null && !_hasAll) (_template, _hasAll) = (source.Template, source.HasAll);
            if (assignment.Desired >= DesiredState.Shutdown) _starting?.Cancel();
            _pausing?.Cancel();
        }

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
        _template is not null && _hasAll,
        _exit is not null,
        _unhealthy is not null,
        IsDoubtful: _isMissing || (_running is null && _template is not null)));

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

        var found = template is not null
            ? await _parts.Containers.AdoptAsync(TaskOrders.Of(Task, template), _parts.Stopping)
            : await _parts.Containers.Runtime.FindAsync(_id, _parts.Stopping) is { State: not ContainerState.Created } status ? new(status, null) : null;
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
            _running = TaskObservations.Running(template.Container, found, _parts.Time.GetUtcNow());
            isNew = true;

            // Whether it is ready is known to the managers, and here only after a probe: it does not lose its traffic for that.
            if (template.Container.Readiness is null) _parts.Reports.Observe(Task, _running);
        }

        if (isNew) Watch(template.Container, found);
    }

    private async Task StartAsync()
    {
        TaskTemplate template;
        CancellationTokenSource starting;
        lock (_gate)
        {
            template = _template!;
            if (_assignment.Desired >= DesiredState.Shutdown) return;
            _starting = starting = CancellationTokenSource.CreateLinkedTokenSource(_parts.Stopping);
        }

        try
        {
            var started = await StartAsync(template, starting.Token);
            lock (_gate)
            {
                _startedAt = started.Status.StartedAt;
                _exit ??= started.Status.Exit;
                _phase = TaskPhase.Running;
                _running = TaskObservations.Running(template.Container, started, _parts.Time.GetUtcNow());
                if (_exit is not null) return;
                _parts.Reports.Observe(Task, _running);
            }

            Watch(template.Container, started);
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
            await _parts.Containers.RemoveAsync(_id, keepLogs: false, _parts.Stopping);
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

    private async Task<StartedContainer> StartAsync(TaskTemplate template, CancellationToken cancellationToken)
    {
        var order = TaskOrders.Of(Task, template);
        var progress = new PullProgressText(order.ImageReference().ToString());
        var start = StartInTurnAsync(order, progress, cancellationToken);
        await TellIfSlowAsync(start, TaskState.Preparing, progress.ToString);
        return await start;
    }

    // A slow registry does not take the turns of tasks whose image is there.
    private async Task<StartedContainer> StartInTurnAsync(ContainerOrder order, PullProgressText progress, CancellationToken cancellationToken)
    {
        var image = order.ImageReference();
        if (await _parts.Containers.Images.FindAsync(image, cancellationToken) is null)
        {
            await _parts.Containers.Images.PullAsync(image, PullOptions.Default, progress, cancellationToken);
            _parts.Images.LookAgain();
        }

        await _parts.Starts.WaitAsync(cancellationToken);
        try
        {
            return await _parts.Containers.StartAsync(order, progress, cancellationToken);
        }
        finally
        {
            _parts.Starts.Release();
        }
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
        if (hasHostPorts) await ReleaseAsync();
        Tell(end);
        await _parts.Health.EndAsync(_id);
        if (!hasHostPorts) await ReleaseAsync();
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await _parts.Containers.ReleaseAsync(_id, _parts.Stopping);
        }
        catch (Exception failure) when (failure is NetworkException or VolumeException or IOException or ContainerRuntimeException)
        {
            // The removal does it.
            LogNotReleased(Task, failure.Message);
        }
    }

    private async Task StopAsync()
    {
        ContainerSpec? spec;
        string reason;
        lock (_gate)
        {
            spec = _template?.Container;
            reason = _unhealthy is { } why && _assignment.Desired < DesiredState.Shutdown ? $"its liveness probe failed: {why}" : _assignment.Reason;
            if (_assignment.Desired >= DesiredState.Shutdown) _stopReason = reason;
        }

        await _parts.Health.EndAsync(_id);
        var signal = await StopSignalAsync(spec);
        var stop = _parts.Containers.StopAsync(_id, signal, spec?.StopGracePeriod ?? new ContainerSpec { Image = "" }.StopGracePeriod, _parts.Stopping);
        await TellIfSlowAsync(stop, TaskState.Stopping, () => reason);
        var exit = await stop ?? new(ContainerExit.Unseen, _parts.Time.GetUtcNow(), OutOfMemory: false);
        lock (_gate) _exit ??= exit;
    }

    private async Task TellNeverStartedAsync()
    {
        // A start that was broken off may have left something.
        await _parts.Containers.RemoveAsync(_id, keepLogs: false, _parts.Stopping);
        Tell(new() { State = TaskState.Shutdown, At = _parts.Time.GetUtcNow(), Reason = _assignment.Reason });
    }

    private async Task RemoveAsync()
    {
        await _parts.Health.EndAsync(_id);
        await _parts.Containers.RemoveAsync(_id, keepLogs: false, _parts.Stopping);
        lock (_gate) _phase = TaskPhase.Removed;
        _parts.Reports.Clean(Task);
        _removed.TrySetResult();
    }

    private void Tell(TaskObservation end)
    {
        lock (_gate)
        {
            _phase = TaskPhase.Ended;
            _parts.Reports.Observe(Task, end);
        }

        _parts.Store.SaveEnd(Task, end);
    }

    // The spec's, else the image's.
    private async Task<int> StopSignalAsync(ContainerSpec? spec)
    {
        if (Signals.TryParse(spec?.StopSignal, out var number)) return number;
        if (spec is not null && await _parts.Containers.Images.FindAsync(TaskOrders.Of(Task, _template!).ImageReference(), _parts.Stopping) is { } image
            && Signals.TryParse(image.Config.StopSignal, out number))
        {
            return number;
        }

        return Signals.Terminate;
    }

    private async Task TellIfSlowAsync(Task work, TaskState state, Func<string> describe)
    {
        var (pause, told) = (s_quiet, "");
        while (true)
        {
            using var enough = new CancellationTokenSource();
            var quiet = System.Threading.Tasks.Task.Delay(pause, _parts.Time, enough.Token);
            var first = await System.Threading.Tasks.Task.WhenAny(work, quiet);
            await enough.CancelAsync();
            if (first == work) return;
            pause = s_progressPause;
            if (describe() is var now && now == told) continue;
            told = now;
            _parts.Reports.Observe(Task, new() { State = state, At = _parts.Time.GetUtcNow(), Reason = now, StartedAt = _startedAt });
        }
    }

    private void Watch(ContainerSpec spec, StartedContainer started)
    {
        if (TaskProbes.Of(spec, started, _parts.Containers.Runtime, _parts.Time) is { } subject) _parts.Health.Begin(subject);
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
