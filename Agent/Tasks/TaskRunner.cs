using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Warren.Agent.Containers;
using Warren.Agent.Health;
using Warren.Agent.Images;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// Brings one task to what the managers want of it, step by step; its steps never overlap. What it knows it finds out again after a restart, from
/// the container.
/// </summary>
internal sealed partial class TaskRunner(TaskAssignment assignment, TaskTemplate? template, TaskParts parts)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200), s_longestPause = TimeSpan.FromSeconds(30);

    // What takes less is told by its end alone.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ContainerId _id = new(assignment.Task.ToString());
    private TaskAssignment _assignment = assignment;
    private TaskTemplate? _template = template;
    private TaskPhase _phase;
    private ContainerExit? _exit;
    private DateTimeOffset? _startedAt;
    private TaskObservation? _running;
    private string? _stopReason;
    private string? _unhealthy;
    private CancellationTokenSource? _starting;
    private Task _work = System.Threading.Tasks.Task.CompletedTask;
    private bool _isWorking;

    /// <summary>The task.</summary>
    public TaskId Task { get; } = assignment.Task;

    /// <summary>Ends when no step is under way.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate) return _work;
        }
    }

    /// <summary>Whether nothing of the task is left.</summary>
    public bool IsRemoved
    {
        get
        {
            lock (_gate) return _phase == TaskPhase.Removed;
        }
    }

    /// <summary>The managers want something of the task.</summary>
    public void Assign(TaskAssignment assignment, TaskTemplate? template)
    {
        lock (_gate)
        {
            _assignment = assignment;
            _template ??= template;
            if (assignment.Desired >= DesiredState.Shutdown) _starting?.Cancel();
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
        }

        Wake();
    }

    /// <summary>After events were missed: the containers that are there.</summary>
    public void OnList(ContainerStatus? status, DateTimeOffset now)
    {
        if (status is { Exit: { } exit })
        {
            OnExit(exit);
            return;
        }

        lock (_gate)
        {
            if (status is not null || _phase != TaskPhase.Running) return;
        }

        OnExit(new(ContainerExit.Unseen, now, OutOfMemory: false));
    }

    /// <summary>A probe says something else than before.</summary>
    public void OnHealth(HealthChange change)
    {
        lock (_gate)
        {
            if (_phase != TaskPhase.Running || _running is null) return;
            if (change.Kind == ProbeKind.Liveness)
            {
                if (change.To != HealthStatus.Unhealthy) return;
                _unhealthy = change.Reason;
                _running = _running with { Health = TaskHealth.Unhealthy, Reason = $"its liveness probe failed: {change.Reason}" };
            }
            else
            {
                var isReady = change.To == HealthStatus.Healthy;
                _running = _running with
                {
                    Health = isReady ? TaskHealth.Ready : TaskHealth.Unready,
                    Reason = isReady ? "" : $"its readiness probe fails: {change.Reason}",
                };
            }

            parts.Reports.Observe(Task, _running);
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

    private TaskStep Next() => TaskPlan.Next(new(_assignment.Desired, _phase, _template is not null, _exit is not null, _unhealthy is not null));

    private async Task WorkAsync()
    {
        var pause = s_firstPause;
        while (true)
        {
            TaskStep step;
            lock (_gate)
            {
                step = parts.Stopping.IsCancellationRequested ? TaskStep.Nothing : Next();
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
            catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
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
        TaskStep.TellNeverStarted => TellAsync(new() { State = TaskState.Shutdown, At = parts.Time.GetUtcNow(), Reason = _assignment.Reason }),
        _ => RemoveAsync(),
    };

    private async Task LookAsync()
    {
        var status = await parts.Containers.Runtime.FindAsync(_id, parts.Stopping);
        lock (_gate)
        {
            _startedAt = status?.StartedAt;
            _exit ??= status?.Exit;
            _phase = status?.State == ContainerState.Running ? TaskPhase.Running : TaskPhase.Absent;
        }
    }

    private async Task StartAsync()
    {
        TaskTemplate template;
        CancellationTokenSource starting;
        lock (_gate)
        {
            template = _template!;
            if (_assignment.Desired >= DesiredState.Shutdown) return;
            _starting = starting = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping);
        }

        try
        {
            var started = await StartInTurnAsync(template, starting.Token);
            lock (_gate)
            {
                _startedAt = started.Status.StartedAt;
                _exit ??= started.Status.Exit;
                _phase = TaskPhase.Running;
                if (_exit is not null) return;
                _running = Observe(template.Container, started);
                parts.Reports.Observe(Task, _running);
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
            // The order of a task never changes, so this one is of another making.
            LogOtherOrder(Task, conflict.Message);
            await parts.Containers.RemoveAsync(_id, keepLogs: false, parts.Stopping);
        }
        catch (Exception failure) when (TaskEndings.Of(failure, parts.Time.GetUtcNow()) is { } end)
        {
            LogNotStarted(Task, failure.Message);
            await TellAsync(end);
        }
        finally
        {
            lock (_gate) _starting = null;
            starting.Dispose();
        }
    }

    private async Task<StartedContainer> StartInTurnAsync(TaskTemplate template, CancellationToken cancellationToken)
    {
        await parts.Starts.WaitAsync(cancellationToken);
        try
        {
            var progress = new LatestProgress();
            var start = parts.Containers.StartAsync(TaskOrders.Of(Task, template), progress, cancellationToken);
            await TellIfSlowAsync(start, TaskState.Preparing, () => progress.Describe(template.PinnedImage ?? template.Container.Image));
            return await start;
        }
        finally
        {
            parts.Starts.Release();
        }
    }

    private async Task TellEndAsync()
    {
        TaskObservation end;
        lock (_gate) end = TaskEndings.Of(_exit!, _startedAt, _stopReason, _unhealthy);
        await TellAsync(end);
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

        await parts.Health.EndAsync(_id);
        var signal = await StopSignalAsync(spec);
        var stop = parts.Containers.StopAsync(_id, signal, spec?.StopGracePeriod ?? new ContainerSpec { Image = "" }.StopGracePeriod, parts.Stopping);
        await TellIfSlowAsync(stop, TaskState.Stopping, () => reason);
        var exit = await stop ?? new(ContainerExit.Unseen, parts.Time.GetUtcNow(), OutOfMemory: false);
        lock (_gate) _exit ??= exit;
    }

    private async Task RemoveAsync()
    {
        await parts.Health.EndAsync(_id);
        await parts.Containers.RemoveAsync(_id, keepLogs: false, parts.Stopping);
        lock (_gate) _phase = TaskPhase.Removed;
        parts.Reports.Clean(Task);
    }

    private async Task TellAsync(TaskObservation end)
    {
        await parts.Health.EndAsync(_id);
        lock (_gate) _phase = TaskPhase.Ended;
        parts.Reports.Observe(Task, end);
    }

    // The spec's, else the image's.
    private async Task<int> StopSignalAsync(ContainerSpec? spec)
    {
        if (Signals.TryParse(spec?.StopSignal, out var number)) return number;
        if (spec is not null && await parts.Containers.Images.FindAsync(ImageReference.Parse(_template!.PinnedImage ?? spec.Image), parts.Stopping) is { } image
            && Signals.TryParse(image.Config.StopSignal, out number))
        {
            return number;
        }

        return Signals.Terminate;
    }

    private async Task TellIfSlowAsync(Task work, TaskState state, Func<string> describe)
    {
        using var enough = new CancellationTokenSource();
        var quiet = System.Threading.Tasks.Task.Delay(s_quiet, parts.Time, enough.Token);
        if (await System.Threading.Tasks.Task.WhenAny(work, quiet) != work)
            parts.Reports.Observe(Task, new() { State = state, At = parts.Time.GetUtcNow(), Reason = describe(), StartedAt = _startedAt });
        await enough.CancelAsync();
    }

    private void Watch(ContainerSpec spec, StartedContainer started)
    {
        if (spec.Liveness is null && spec.Readiness is null) return;
        var target = new ProbeTarget(_id, started.Network?.Addresses is [var address, ..] ? address : IPAddress.Loopback);
        var probes = ImmutableArray.CreateBuilder<WatchedProbe>();
        if (spec.Liveness is { } liveness)
            probes.Add(new(ProbeKind.Liveness, liveness, HealthProbes.Create(liveness, target, parts.Containers.Runtime, parts.Time)));
        if (spec.Readiness is { } readiness)
            probes.Add(new(ProbeKind.Readiness, readiness, HealthProbes.Create(readiness, target, parts.Containers.Runtime, parts.Time)));
        parts.Health.Begin(new(_id, started.Status.StartedAt ?? parts.Time.GetUtcNow(), probes.ToImmutable()));
    }

    private TaskObservation Observe(ContainerSpec spec, StartedContainer started) => new()
    {
        State = TaskState.Running,
        At = started.Status.StartedAt ?? parts.Time.GetUtcNow(),
        StartedAt = started.Status.StartedAt,
        Health = spec.Readiness is null ? TaskHealth.Unprobed : TaskHealth.Starting,
        Addresses = started.Network is { } network ? [.. network.Addresses.Select(address => address.ToString())] : [],
        Ports = started.Network is { } published
            ? [.. published.Ports.Select(port => new TaskPort(port.ContainerPort, port.HostPort, port.Protocol, port.HostAddress?.ToString()))]
            : [],
    };

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await System.Threading.Tasks.Task.Delay(pause, parts.Time, parts.Stopping);
        }
        catch (OperationCanceledException)
        {
            // The agent ends, which the next look sees.
        }
    }

    private sealed class LatestProgress : IProgress<PullProgress>
    {
        private PullProgress? _latest;

        public void Report(PullProgress value) => Volatile.Write(ref _latest, value);

        public string Describe(string image) => Volatile.Read(ref _latest) is { Phase: not PullPhase.Done } pull
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Verb(pull.Phase)} {image}: {pull.LayersDone} of {pull.LayersTotal} layers, {pull.BytesDone / 1_000_000} of {pull.BytesTotal / 1_000_000} MB{Note(pull)}")
            : $"makes the container of {image}";

        private static string Verb(PullPhase phase) => phase switch
        {
            PullPhase.Resolving => "looks up",
            PullPhase.Unpacking => "unpacks",
            _ => "downloads",
        };

        private static string Note(PullProgress pull) => pull.Note.Length == 0 ? "" : $" ({pull.Note})";
    }
}
