using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Grains.Events;
using Warren.Grains.Images;
using Warren.Grains.Nodes;
using Warren.Grains.References;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.References;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// One service. Calls that change it take a step of their own and return once that is stored; what is heard of tasks and nodes only arms the alarm, whose
/// step takes all of it at once. What others have to hear of a step is told after it, in calls that no step waits for.
/// </summary>
[GrainType("service")]
internal sealed partial class ServiceGrain : Grain, IServiceGrain, IRemindable
{
    private readonly TimeProvider _time;
    private readonly ServiceGrainOptions _options;
    private readonly ILogger _log;
    private readonly ServiceName _name;
    private readonly NodeView _nodes;
    private readonly ServiceObjects _objects;
    private readonly ServiceLook _look;
    private readonly ServiceImages _images;
    private readonly EventOutbox _outbox;
    private readonly ServiceCore _core;
    private readonly ServiceTeller _teller;
    private readonly ServiceErrands _errands;
    private readonly Alarm _alarm;
    private readonly ServiceReminder _reminder;
    private readonly Retries _retries;
    private readonly Dictionary<TaskId, string> _explained = [];
    private readonly long _begin;
    private bool _isStepWanted;
    private bool _isSpreadWanted;

    // Apart from the time itself, which a clock that is put back would move away.
    private TimeSpan? _wakeAfter;

    public ServiceGrain(
        [PersistentState("service")] IPersistentState<ServiceRecord> stored,
        NodeView nodes,
        IImageResolver resolver,
        TimeProvider time,
        ServiceGrainOptions options,
        ILogger<ServiceGrain> log)
    {
        (_time, _options, _log, _begin) = (time, options, log, time.GetTimestamp());
        _name = new(this.GetPrimaryKeyString());
        _nodes = nodes;
        _objects = new(GrainFactory);
        _look = new(nodes, _objects, time, options.LookLimit, log);
        _outbox = new(GrainFactory);
        _images = new(_name, resolver, time, options, log, WantStep);
        _core = new(_name, stored, _look, _images, _outbox, time, options);
        _alarm = new(this, time, _ => RingAsync());
        _retries = new(options.Retry, options.MaxRetry);
        _teller = new(GrainFactory, time, options, log, () => _core.State, Hear, _alarm.RingWithin);
        _errands = new(GrainFactory, time, options, log, _core, _outbox, _alarm.RingWithin);
        _reminder = new(this, time, options);
    }

    private TimeSpan Elapsed => _time.GetElapsedTime(_begin);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _core.Load();
        _isSpreadWanted = true;
        if (_core.Record.State is not null) WantStep(TimeSpan.Zero);
        if (_core.State is { Revisions.IsEmpty: false } state && state.Current.Spec.FollowsNodes()) _look.BeginsToFollow();
        return Task.CompletedTask;
    }

    public async Task<ServiceRevision> ApplyAsync(ServiceSpec spec, long? expectedVersion = null)
    {
        var problems = ServiceSpecRules.Find(spec, _name);
        if (problems.IsEmpty) problems = (await _objects.LookAsync(spec)).Problems;
        if (!problems.IsEmpty) throw new ValidationException($"service {_name}", problems);
        CheckVersion(expectedVersion);
        var state = _core.State;
        if (!state.Revisions.IsEmpty && !state.IsRemoving && ServiceSpecChange.Between(state.Current.Spec, spec).IsNone) return state.Current;

        // In the catalog before the service is there, and looked for again then: who removes an object asks the services of the catalog.
        await _errands.ListAsync(spec);
        if (spec.FollowsNodes()) _look.BeginsToFollow();
        var (missing, versions) = await _objects.LookAsync(spec);
        if (!missing.IsEmpty) throw new ValidationException($"service {_name}", missing);
        await StepAsync((record, now) =>
        {
            CheckVersion(expectedVersion);
            var next = ServiceMachine.Accept(record.State ?? new() { Name = _name }, spec, record.LastVersion, now);
            return ReferenceEquals(next, record.State) ? record : record with { State = next, Objects = versions };
        });
        return _core.State.Current;
    }

    public async Task<ServiceRevision> ScaleAsync(int replicas, long? expectedVersion = null)
    {
        var spec = Existing(expectedVersion).Spec with { Replicas = replicas };
        var problems = ServiceSpecRules.Find(spec, _name);
        if (!problems.IsEmpty) throw new ValidationException($"service {_name}", problems);
        await StepAsync((record, now) =>
        {
            var next = ServiceMachine.Accept(record.State!, Existing(expectedVersion).Spec with { Replicas = replicas }, record.LastVersion, now);
            return ReferenceEquals(next, record.State) ? record : record with { State = next };
        });
        return _core.State.Current;
    }

    public async Task<ServiceRevision> RestartAsync(long? expectedVersion = null)
    {
        if (Existing(expectedVersion).Spec.Mode is ServiceMode.Job or ServiceMode.Cron)
            throw new ConflictException($"service {_name} is {Existing().Spec.Mode.ToString().ToLowerInvariant()}, whose tasks end by themselves; begin a run of it");
        await StepAsync((record, now) =>
        {
            Existing(expectedVersion);
            return record with { State = ServiceMachine.Renew(record.State!, replacesTasks: true, record.LastVersion, now) };
        });
        return _core.State.Current;
    }

    public Task RemoveAsync(long? expectedVersion = null)
    {
        if (_core.State.Revisions.IsEmpty || _core.State.IsRemoving) return Task.CompletedTask;
        CheckVersion(expectedVersion);
        return ChangeAsync((state, _) => ServiceMachine.Remove(state));
    }

    public Task<ImmutableArray<ServiceRevision>> GetRevisionsAsync() => Task.FromResult(_core.State.Revisions);

    public Task<ServiceStatus?> GetAsync() => Task.FromResult(ServiceStatusOf.State(_core.State, _explained, _core.Waits, _core.WakeAt));

    public async Task<ServiceForecast> ForecastAsync(ServiceSpec? spec, bool isRenewed)
    {
        var problems = spec is null ? [] : ServiceSpecRules.Find(spec, _name);
        await _nodes.RefreshAsync();
        return ServiceForecaster.Compute(
            new()
            {
                State = _core.State,
                Nodes = _nodes.Nodes,
                RemovedNodes = _nodes.RemovedNodes,
                Now = _time.GetUtcNow(),
                Options = _options.Reconcile,
            },
            problems, spec, isRenewed, _core.Record.LastVersion);
    }

    public async Task<TaskTemplate?> GetTemplateAsync(long version)
    {
        var revision = _core.State.Revisions.FirstOrDefault(revision => revision.Version == version);
        return revision is null ? null : await _objects.TemplateAsync(revision);
    }

    public Task RunAsync(string request)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(request);
        if (Existing().Spec.Mode is not (ServiceMode.Job or ServiceMode.Cron))
            throw new ConflictException($"service {_name} is {Existing().Spec.Mode.ToString().ToLowerInvariant()}, and only jobs and cron jobs have runs");
        if (_core.State.Runs?.Requested.Length >= ServiceSpecRules.MaxRequestedRuns)
            throw new ConflictException($"service {_name} has {ServiceSpecRules.MaxRequestedRuns} runs waiting already; wait until some have ended");
        return ChangeAsync((state, _) => ServiceMachine.RequestRun(state, request));
    }

    public Task PauseRolloutAsync(string reason)
    {
        Existing();
        return ChangeAsync((state, now) =>
            RolloutChange(state, ServiceMachine.PauseRollout(state, reason, now)));
    }

    public Task ResumeRolloutAsync(string reason)
    {
        Existing();
        return ChangeAsync((state, now) => ServiceMachine.ResumeRollout(state, reason, now));
    }

    public Task EvictAsync(ImmutableArray<TaskId> tasks) => ChangeAsync((state, _) => tasks.Aggregate(state, ServiceMachine.Evict));

    public Task ObserveAsync(ImmutableArray<TaskRecord> tasks, ImmutableArray<TaskId> cleaned)
    {
        Hear(tasks, cleaned);
        return Task.CompletedTask;
    }

    public Task ExplainAsync(ImmutableArray<BlockedTask> tasks)
    {
        foreach (var task in tasks) _explained[task.Task] = task.Reason;
        if (_explained.Count > 2 * _core.State.Tasks.Count)
        {
            foreach (var gone in _explained.Keys.Where(task => !_core.State.Tasks.ContainsKey(task)).ToArray()) _explained.Remove(gone);
        }

        return Task.CompletedTask;
    }

    public Task NodesChangedAsync(long version, bool hasJoined)
    {
        _look.HeardOf(version);
        _isSpreadWanted |= hasJoined;
        WantStep(CoalesceTime());
        return Task.CompletedTask;
    }

    public Task RequeueAsync()
    {
        _teller.Requeue();
        _alarm.RingWithin(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public Task<ObjectUser?> GetUserAsync(ObjectKind kind, string name) => Task.FromResult(ReferencePlan.UserOf(kind, name, _core.State));

    public Task ObjectChangedAsync(ObjectKind kind, string name, long version) => StepAsync((record, now) =>
    {
        var key = ObjectNames.Of(kind, name);
        if (record.State is not { Revisions.IsEmpty: false } state || !record.Objects.TryGetValue(key, out var known) || known >= version) return record;
        var rolls = ObjectNames.RollsOn(state.Current.Spec, kind, name);
        return record with { State = ServiceMachine.Renew(state, rolls, record.LastVersion, now), Objects = record.Objects.SetItem(key, version) };
    });

    public Task EnsureAsync()
    {
        _teller.Requeue();
        if (_core.State.Revisions.IsEmpty) _errands.Unlist();
        WantStep(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminder.IsThere();
        return EnsureAsync();
    }

    private static ServiceState RolloutChange(ServiceState before, ServiceState after) => ReferenceEquals(before.Rollout, after.Rollout) ? before : after;

    private void CheckVersion(long? expected)
    {
        var state = _core.State;
        if (state.IsRemoving)
            throw new ConflictException($"service {_name} is being removed; make it again when that is done");
        var version = state.Revisions.IsEmpty ? 0 : state.Current.Version;
        if (expected is { } wanted && wanted != version)
        {
            var message = wanted == 0
                ? $"there is a service {_name} already, at version {version}; update it, or take another name"
                : $"service {_name} is at version {version}, not at {wanted}: someone has changed it; look at it and decide anew";
            throw new ConflictException(message) { IsVersion = true };
        }
    }

    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="ConflictException">It goes.</exception>
    private ServiceRevision Existing(long? expectedVersion = null)
    {
        if (_core.State.Revisions.IsEmpty) throw new NotFoundException($"there is no service {_name}");
        CheckVersion(expectedVersion);
        return _core.State.Current;
    }

    private Task ChangeAsync(Func<ServiceState, DateTimeOffset, ServiceState> change) => StepAsync((record, now) =>
    {
        if (record.State is not { Revisions.IsEmpty: false } state) return record;
        var next = change(state, now);
        return ReferenceEquals(next, state) ? record : record with { State = next };
    });

    private void Hear(ImmutableArray<TaskRecord> seen, ImmutableArray<TaskId> cleaned)
    {
        if (seen.IsEmpty && cleaned.IsEmpty) return;
        _core.Inbox.Add(seen, cleaned);
        WantStep(CoalesceTime());
    }

    private void WantStep(TimeSpan within)
    {
        _isStepWanted = true;
        _alarm.RingWithin(within);
    }

    private TimeSpan CoalesceTime()
    {
        var wait = _core.LastStep * _options.CoalesceFactor;
        return wait < _options.Coalesce ? _options.Coalesce : wait > _options.MaxCoalesce ? _options.MaxCoalesce : wait;
    }

    private async Task StepAsync(Func<ServiceRecord, DateTimeOffset, ServiceRecord>? input = null)
    {
        _isStepWanted = false;
        try
        {
            await _core.StepAsync(input);
            _retries.Succeeded();
            _wakeAfter = _core.WakeAt - _time.GetUtcNow() + Elapsed;
            if (_look.IsBehind) WantStep(_options.MaxRetry);
        }
        catch
        {
            WantStep(_retries.Failed());
            throw;
        }

        Follow();
    }

    /// <summary>Begins what a step has left to do, and sets the alarm for the next one.</summary>
    private void Follow()
    {
        _teller.Tell();
        _errands.Run();
        if (_core.WakeAt is { } time) _alarm.RingWithin(time - _time.GetUtcNow());
        if (_images.DueIn is { } ask) _alarm.RingWithin(ask);
        if (_wakeAfter is { } after) _alarm.RingWithin(after - Elapsed);
        _reminder.Watch(IsSettled());
        if (_reminder.DueIn is { } due) _alarm.RingWithin(due);
    }

    private bool IsSettled() =>
        _core.WakeAt is null && !_isStepWanted && !_teller.IsBehind && !_errands.AreLeft
        && _core.State.Tasks.Values.All(task => !task.IsEnding() && task.Observed.State is not (TaskState.New or TaskState.Pending));

    private async Task RingAsync()
    {
        try
        {
            var isDue = _core.WakeAt <= _time.GetUtcNow() || _wakeAfter <= Elapsed;
            if (_isStepWanted || isDue || _images.DueIn <= TimeSpan.Zero) await StepAsync();
            else Follow();
            if (_core.CanShrink) await _core.ShrinkAsync();
            if (_isSpreadWanted) await SpreadAsync();
            await _reminder.SetAsync(IsSettled());
        }
        catch (Exception failure) when (failure is not Orleans.Storage.InconsistentStateException)
        {
            if (!_isStepWanted) WantStep(_retries.Failed());
            LogStepFailed(failure, _name, _retries.Failures);
        }
    }

    /// <summary>Moves tasks where that was asked for, as many at a time as a rollout would, until no move makes the spread more even.</summary>
    private async Task SpreadAsync()
    {
        var state = _core.State;
        if (state.Revisions.IsEmpty || state.IsRemoving || !state.Current.Spec.Placement.Rebalance)
        {
            _isSpreadWanted = false;
            return;
        }

        // While tasks are on their way it would be judged wrong; the step that sees them arrive comes back here.
        if (state.Rollout is { Phase: Rollout.RolloutPhase.Rolling } || !RebalanceRule.IsCalm(state)) return;
        _isSpreadWanted = false;
        var requirements = PlacementRequirements.Of(state.Current);
        try
        {
            var moves = await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key)
                .FindMovesAsync(requirements, RebalanceRule.Movable(state), state.Current.Spec.Update.Parallelism);
            if (moves.IsEmpty) return;
            _isSpreadWanted = true;
            await EvictAsync([.. moves.Select(move => move.Task)]);
        }
        catch
        {
            _isSpreadWanted = true;
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A step of {Service} failed, for the {Failures}. time; it is tried again")]
    private partial void LogStepFailed(Exception failure, ServiceName service, int failures);
}
