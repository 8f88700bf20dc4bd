using System.Collections.Immutable;
using Warren.Clusters;
using Warren.Nodes;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Nodes;

/// <summary>The steps behind the calls.</summary>
internal sealed partial class NodeGrain
{
    /// <summary>A promise holds room, and a call that is not answered for so long is asked again later.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>An agent waits for an answer a little longer, and the tasks that cannot be asked by then are taken for what they were.</summary>
    private static readonly TimeSpan s_settleLimit = TimeSpan.FromSeconds(2);

    /// <summary>Timers may come a little early.</summary>
    private static readonly TimeSpan s_leastWait = TimeSpan.FromMilliseconds(20);

    private INodeCatalogGrain Catalog => GrainFactory.GetGrain<INodeCatalogGrain>(INodeCatalogGrain.Key);

    private ITaskGrain TaskOf(TaskId task) => GrainFactory.GetGrain<ITaskGrain>(task.ToString());

    private NodeSession Session(AssignmentMessage message) => new()
    {
        Session = _store.State.Session,
        HeartbeatInterval = _options.HeartbeatInterval,
        Assignments = message,
        Revoked = _revocations.Current,
    };

    /// <summary>
    /// What takes the agent from a version to the present one. An agent that has nothing would begin anew what has ended, and after a restart of this grain only
    /// the tasks may know of that.
    /// </summary>
    private async Task<AssignmentMessage> MessageAsync(long? since)
    {
        if (since is null && _unsettled.Count > 0) await Task.WhenAny(SettleAsync([.. _unsettled]), Task.Delay(s_settleLimit, _time));
        return await _push.MessageAsync(_store.State, since);
    }

    private NotFoundException Missing() => new($"there is no node {_id}");

    private void CheckVersion(NodeState state, long? expected)
    {
        if (expected is null || expected == state.SpecVersion) return;
        throw new ConflictException($"node {_id} is at version {state.SpecVersion}, not at {expected}: someone has changed it; look at it and decide anew") { IsVersion = true };
    }

    private void BeginLease(NodeStatus status, LeaseState? lease = null)
    {
        _lease = lease ?? NodeLease.Begin(status, Moment) with { Session = _store.State.Session };
        _looks ??= this.RegisterGrainTimer(Look, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        PlanLook();
    }

    private void EndLease()
    {
        _lease = null;
        _looks?.Dispose();
        _looks = null;
        _push.End();
        _revocations.End(_id);
    }

    private Task Look()
    {
        if (_lease is null) return Task.CompletedTask;
        Take(NodeLease.Look(_lease, _options, Moment));
        PlanLook();
        return Task.CompletedTask;
    }

    private void PlanLook()
    {
        if (_looks is null || _lease is null) return;

        // A manager that slept meanwhile comes too early, and looks again.
        if (NodeLease.NextLookAfter(_lease, _options, Moment) is { } wait) _looks.Change(wait > s_leastWait ? wait : s_leastWait, Timeout.InfiniteTimeSpan);
    }

    private void Take(LeaseStep step)
    {
        _lease = step.State;
        if (!step.IsConditionChange) return;
        PlanLook();
        LogCondition(_id, step.State.Status.Condition, step.State.Status.Reason);
        _chores.Arm();
    }

    /// <summary>Takes a sign of life.</summary>
    private SessionState Hear(long session, long appliedVersion)
    {
        if (_store.State.IsRemoved) return SessionState.Removed;
        if (_lease is null || session <= 0 || session > _store.State.Session) return SessionState.RegisterFirst;
        if (session < _store.State.Session) return SessionState.Superseded;
        Take(NodeLease.Heartbeat(_lease, session, _options, Moment));
        _store.Acknowledge(appliedVersion);

        // After a restart of this grain its agent goes on, but nobody knows where to push to.
        return _push.HasAgent ? SessionState.Open : SessionState.RegisterFirst;
    }

    private async Task RunChoresAsync()
    {
        var lease = _lease;
        var stored = _store.State.Status;
        if (lease is not null && stored is not null && (stored.Condition, stored.Reason, stored.Since) != (lease.Status.Condition, lease.Status.Reason, lease.Status.Since))
        {
            await _store.ChangeAsync(state => state.IsRemoved ? state : state with { Status = lease.Status });
            if (stored.Condition != lease.Status.Condition) _teller.NodeChanged(hasJoined: lease.Status.Condition == NodeCondition.Ready);
        }

        // Those who are told of a changed condition do not wait for tasks that cannot be asked.
        var telling = _teller.TellAsync(_store);
        await SettleAsync([.. _unsettled]);
        await telling;
        await _teller.TellAsync(_store);
        if (_unsettled.Count > 0) throw new TimeoutException($"{_unsettled.Count} tasks have not heard of their node");
        if (_admitting == 0) await _push.PushAsync(_store.State);
        if (_store.State.IsRemoved) await DismissAsync();
    }

    // Its certificates are good for nothing from then on but to hear of it.
    private Task DismissAsync() => GrainFactory.GetGrain<IClusterGrain>(IClusterGrain.Key).DismissAsync(_id);

    private async Task<AdmissionReply> AdmitCoreAsync(ImmutableArray<AdmissionRequest> requests)
    {
        var elsewhere = await ClaimAsync(requests);
        ImmutableArray<AdmissionAnswer> answers = [];
        return await _settling.RunAsync(async () =>
        {
            await _store.ChangeAsync(state =>
            {
                (var next, answers) = NodeBook.Admit(state, _id, requests, elsewhere);
                return next;
            });
            TaskId[] admitted = [.. answers.Where(answer => answer.Result == AdmissionResult.Admitted).Select(answer => answer.Task)];
            _unsettled.UnionWith(admitted);
            var unwanted = await SettleCoreAsync(admitted);
            return new AdmissionReply([.. answers.Select(answer => Correct(answer, unwanted))], Record);
        });
    }

    private AdmissionAnswer Correct(AdmissionAnswer answer, IReadOnlyDictionary<TaskId, (AdmissionResult Result, string Reason)> unwanted) =>
        answer.Result != AdmissionResult.Admitted ? answer
        : unwanted.TryGetValue(answer.Task, out var why) ? answer with { Result = why.Result, Reason = why.Reason }
        : !_unsettled.Contains(answer.Task) ? answer
        : answer with { Result = AdmissionResult.Refused, Reason = $"it is not known yet whether {answer.Task} has heard of {_id}" };

    /// <summary>Has the volumes of what could be admitted come to be here.</summary>
    /// <returns>The requests whose volumes are elsewhere, with why.</returns>
    private async Task<IReadOnlyDictionary<TaskId, string>> ClaimAsync(ImmutableArray<AdmissionRequest> requests)
    {
        if (requests.All(request => request.Volumes.IsEmpty)) return s_nowhereElse;
        var (_, answers) = NodeBook.Admit(_store.State, _id, requests, s_nowhereElse);
        var elsewhere = new Dictionary<TaskId, string>();
        foreach (var (request, answer) in requests.Zip(answers))
        {
            if (answer.Result != AdmissionResult.Admitted) continue;
            foreach (var name in request.Volumes)
            {
                try
                {
                    var volume = await GrainFactory.GetGrain<IVolumeGrain>(name.Value).ClaimAsync(_id);
                    if (volume.Node is { } node && node != _id) elsewhere[answer.Task] = $"volume {name} is on {node}";
                }
                catch (ConflictException refusal)
                {
                    elsewhere[answer.Task] = refusal.Message;
                }
            }
        }

        return elsewhere;
    }

    /// <summary>
    /// Brings promises and their tasks to agree: a task hears of its node, and what is not wanted here is dropped. What cannot be asked stays unsettled.
    /// </summary>
    private async Task SettleAsync(IReadOnlyCollection<TaskId> tasks)
    {
        if (tasks.Count > 0) await _settling.RunAsync(() => SettleCoreAsync([.. tasks.Where(_unsettled.Contains)]));
    }

    /// <returns>The tasks that are not wanted here, with why.</returns>
    private async Task<IReadOnlyDictionary<TaskId, (AdmissionResult Result, string Reason)>> SettleCoreAsync(IReadOnlyCollection<TaskId> tasks)
    {
        var unwanted = new Dictionary<TaskId, (AdmissionResult, string)>();
        var asked = (await Task.WhenAll(tasks.Select(AskAsync))).Where(answer => answer.Failure is null).ToArray();
        foreach (var (id, task, _) in asked)
        {
            if (task is null) unwanted[id] = (AdmissionResult.Unknown, "no such task is known");
            else if (task.Node != _id) unwanted[id] = (AdmissionResult.NotWanted, task.Node is { } node ? $"it is on {node}" : $"it is {task.Observed.State}");
            else if (task.Observed.State.IsFinal) unwanted[id] = (AdmissionResult.NotWanted, $"it has ended as {task.Observed.State}");
        }

        var here = asked.Select(answer => answer.Task).OfType<TaskRecord>().Where(task => task.Node == _id).ToArray();
        var before = _store.State;
        await _store.ChangeAsync(state => NodeBook.Drop(NodeBook.Learn(state, here), [.. unwanted.Keys.Except(here.Select(task => task.Id))]));
        _unsettled.ExceptWith(asked.Select(answer => answer.Id));
        _teller.Observed(asked.Select(answer => answer.Task).OfType<TaskRecord>(), []);
        TellIfRoomChanged(before);
        return unwanted;
    }

    private async Task<(TaskId Id, TaskRecord? Task, Exception? Failure)> AskAsync(TaskId task)
    {
        try
        {
            return (task, await TaskOf(task).AssignAsync(_id).WaitAsync(s_patience, _time), null);
        }
        catch (Exception failure)
        {
            LogNotSettled(failure, _id, task);
            return (task, null, failure);
        }
    }

    private void TellIfRoomChanged(NodeState before)
    {
        if (before.Reservations.Length <= _store.State.Reservations.Length && before.Images == _store.State.Images) return;
        _teller.RoomChanged();
        _chores.Arm();
    }

    private async Task PushAsync()
    {
        // An agent must not hear of a task before the task knows its node, or its first report is taken for that of a stray copy.
        if (_admitting > 0) return;
        try
        {
            await _push.PushAsync(_store.State);
        }
        catch (Exception failure)
        {
            LogNotPushed(failure, _id);
            _chores.Arm();
        }
    }
}
