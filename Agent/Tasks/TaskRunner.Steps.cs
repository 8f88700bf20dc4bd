using Warren.Agent.Assignments;
using Warren.Agent.Runtime;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>What each step does with the container, and what is told of it.</summary>
internal sealed partial class TaskRunner
{
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
        lock (_gate)
        {
            if (!_outcome.IsRestartDue) return;

            // In the place of the end, which is no longer to be told.
            _parts.Reports.Observe(Task, TaskObservations.StartedAgain(_outcome.Next, _parts.Time.GetUtcNow()));
        }

        await _container.EndWatchAsync();
        await _container.ClearAsync();
        TaskRestarts restarts;
        lock (_gate)
        {
            // Only now: what cannot be cleared away is tried again, or the task stays ended if the managers want that meanwhile.
            if (!_outcome.IsRestartDue) return;
            restarts = _outcome.StartAgain();
            (_phase, _isMissing) = (TaskPhase.Absent, false);
            (_exit, _running, _startedAt, _stopReason, _unhealthy) = (null, null, null, null, null);
        }

        LogStartedAgain(Task, restarts.Count, restarts.LastEnd);
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
}
