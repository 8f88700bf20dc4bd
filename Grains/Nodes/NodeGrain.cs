using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Warren.Clusters;
using Warren.Execs;
using Warren.Grains.Clusters;
using Warren.Grains.Events;
using Warren.Grains.Work;
using Warren.Logs;
using Warren.Nodes;
using Warren.Questions;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>
/// One node. What it promises and assigns is stored before anyone hears of it. It awaits tasks, volumes, and calls that only take note, so that it
/// may be called by services and the scheduler; what others have to hear is told in the background until they have heard it.
/// </summary>
[GrainType("node")]
internal sealed partial class NodeGrain : Grain, INodeGrain, IRemindable
{
    private const string Reminder = "ensure";

    /// <summary>The last net under a crash: others wake the grain long before.</summary>
    private static readonly TimeSpan s_reminderPeriod = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<TaskId, string> s_nowhereElse = [];

    private readonly IPersistentState<NodeState> _persistent;
    private readonly TaskTemplates _templates;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<NodeGrain> _logger;
    private readonly HashSet<TaskId> _unsettled = [];
    private readonly TurnLock _settling = new();
    private readonly AwakeClock _awake;
    private readonly TrustBoard _trust;
    private readonly RevocationTeller _revocations;
    private readonly NodeId _id;
    private NodeStore _store = null!;
    private NodeTeller _teller = null!;
    private NodePush _push = null!;
    private BackgroundWork _chores = null!;
    private LeaseState? _lease;
    private IGrainTimer? _looks;
    private int _admitting;

    public NodeGrain(
        [PersistentState("node")] IPersistentState<NodeState> state,
        TaskTemplates templates,
        IOptions<LeaseOptions> options,
        AwakeClock awake,
        TrustBoard trust,
        RevocationTeller revocations,
        TimeProvider time,
        ILogger<NodeGrain> logger)
    {
        (_persistent, _templates, _options, _awake, _trust, _revocations, _time, _logger) = (state, templates, options.Value, awake, trust, revocations, time, logger);
        _id = NodeId.Parse(this.GetPrimaryKeyString());
    }

    private NodeRecord? Record => _store.State.ToRecord(_id) is { } record ? record with { Status = _lease?.Status ?? record.Status } : null;

    private LeaseMoment Moment => new(_awake.Elapsed, _time.GetUtcNow());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var outbox = new EventOutbox(GrainFactory);
        (_store, _teller, _push) = (new(_persistent, _id, outbox, _time), new(GrainFactory, _id, outbox, _logger), new(_templates));
        _chores = new(this, _time, RunChoresAsync, (failure, wait) => LogChoresFailed(failure, _id, wait));
        if (_store.State.Session == 0) return Task.CompletedTask;

        // Whatever a crash cut short is told again and finished; nothing is awaited here, since those who are told may be calling.
        _teller.NodeChanged(hasJoined: false);
        _unsettled.UnionWith(_store.State.Assignments.Entries.Keys);
        if (!_store.State.IsRemoved) BeginLease(_store.State.Status!);
        _chores.Arm();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _revocations.End(_id);
        return Task.CompletedTask;
    }

    public Task<string> RenewAsync(ReadOnlyMemory<byte> signingRequest)
    {
        if (_store.State.IsRemoved) throw new JoinRefusedException($"the node {_id} was removed from the cluster");
        return GrainFactory.GetGrain<IClusterGrain>(IClusterGrain.Key).RenewAsync(_id, NodeRole.Worker, signingRequest);
    }

    public Task<TrustRecord> ReportTrustAsync(TrustReport report)
    {
        if (_store.State.IsRemoved) throw new JoinRefusedException($"the node {_id} was removed from the cluster");
        return GrainFactory.GetGrain<IClusterGrain>(IClusterGrain.Key).ReportTrustAsync(_id, report);
    }

    public async Task<NodeSession> RegisterAsync(NodeRegistration registration, INodeAgent agent)
    {
        if (_store.State.IsRemoved) return Session(await _push.MessageAsync(_store.State, null));

        // Nobody waits for its answer any more, and the session that it would end is the same agent's.
        if (NodeBook.IsLate(_store.State, registration)) return Session(await _push.MessageAsync(_store.State, registration.AppliedVersion));
        ImmutableArray<Validation.ValidationProblem> problems =
        [
            .. NodeDescriptionValidator.Validate(registration.Description),
            .. NodeSpecValidator.Validate(new() { Labels = registration.InitialLabels }),
        ];
        if (!problems.IsEmpty) throw new ValidationException($"node {_id}", problems);

        var known = _store.State.Description;
        var isNew = known is null;
        var lease = _lease ?? NodeLease.Begin(new() { Condition = NodeCondition.Ready, Since = _time.GetUtcNow(), Reason = "registered" }, Moment);
        if (known?.Name != registration.Description.Name)
        {
            // First, so that no two have one name, and that no node is missing in the list.
            await Catalog.PublishAsync(_id, NodeBook.Register(_store.State, registration, lease.Status).ToRecord(_id));
            await this.RegisterOrUpdateReminder(Reminder, s_reminderPeriod, s_reminderPeriod);
        }

        var wasReady = !isNew && lease.Status.Condition == NodeCondition.Ready;
        var wasSame = wasReady && Content.ContentComparison.AreEqual(known, registration.Description);
        lease = NodeLease.Register(_lease ?? lease, _store.State.Session + 1, _options, Moment).State;
        _store.Acknowledge(registration.AppliedVersion ?? 0);
        await _store.ChangeAsync(state => NodeBook.Register(state, registration, lease.Status));
        LogRegistered(_id, _store.State.Session, registration.Description.Name, registration.Description.AgentVersion);
        BeginLease(lease.Status, lease);
        if (wasSame) _teller.RoomChanged();
        else _teller.NodeChanged(hasJoined: !wasReady && lease.Status.Condition == NodeCondition.Ready);
        _chores.Arm();

        var message = await MessageAsync(registration.AppliedVersion);
        _push.Begin(agent, _store.State.Session, message.To);
        _revocations.Begin(_id, agent);
        return Session(message);
    }

    public Task<HeartbeatAnswer> HeartbeatAsync(long session, long appliedVersion) =>
        Task.FromResult(new HeartbeatAnswer(Hear(session, appliedVersion), _store.State.Assignments.Version, _trust.Current.Version));

    public async Task<SessionState> ReportAsync(long session, NodeReport report)
    {
        var answer = Hear(session, report.AppliedVersion);
        if (answer is SessionState.Superseded or SessionState.Removed || _store.State.Session != session) return answer;

        // A promise of which it is not known whether its task has heard comes first: the task takes no report from a node that it is not on.
        var reports = report.Tasks.Where(task => task.Node == _id).ToArray();
        await SettleAsync([.. reports.Select(task => task.Task).Where(_unsettled.Contains)]);
        var records = await Task.WhenAll(reports.Select(task => TaskOf(task.Task).ReportAsync(task)));
        var known = records.OfType<TaskRecord>().ToDictionary(task => task.Id);

        // What is still meant to be here is not gone: that was a copy before it.
        var entries = _store.State.Assignments.Entries;
        var cleaned = report.Cleaned.Where(task => !entries.TryGetValue(task, out var entry) || entry.Value.Desired == DesiredState.Removed).ToHashSet();
        var copies = reports.Where(task => !task.Observed.State.IsFinal || !entries.ContainsKey(task.Task)).Select(task => task.Task);
        var refused = NodeReturn.Judge(_id, copies, task => known.GetValueOrDefault(task)).Where(verdict => !verdict.Stays).ToArray();
        foreach (var verdict in refused) LogRefused(_id, verdict.Task, verdict.Reason);
        _teller.Observed(known.Values, cleaned);
        var before = _store.State;
        try
        {
            await Task.WhenAll(_teller.TellObservationsAsync(), _store.ChangeAsync(state =>
            {
                var next = NodeBook.Drop(NodeBook.Refuse(NodeBook.Learn(state, known.Values), refused), cleaned);
                return report.Images is { } images ? NodeBook.HasImages(next, images) : next;
            }));
        }
        finally
        {
            TellIfRoomChanged(before);
        }

        await PushAsync();
        return answer;
    }

    public Task<bool> SendLogsAsync(LogRequest request, ILogReader reader) => _push.SendLogsAsync(request, reader);

    public Task<bool> TakeLogsAsync(string reader, LogBatch batch) => _push.TakeLogsAsync(reader, batch);

    public Task<bool> ExecAsync(ExecSpec spec, IExecCaller output, IExecCaller data, IExecCaller control) =>
        _push.ExecAsync(spec, output, data, control);

    public Task<ExecAnswer> TakeExecOutputAsync(string exec, ExecOutput output) => _push.TakeExecOutputAsync(exec, output);

    public Task<ExecInput> NextExecInputAsync(string exec, ExecChannel channel) => _push.NextExecInputAsync(exec, channel);

    public Task<bool> AskAsync(NodeQuestion question, INodeAsker asker) => _push.Questions.AskAsync(question, asker);

    public Task<bool> AskWithDataAsync(NodeQuestion question, INodeAsker asker, INodeSource source) => _push.Questions.AskAsync(question, asker, source);

    public Task<NodeData> NextDataAsync(string asker) => _push.Questions.NextDataAsync(asker);

    public Task<bool> TakeAnswerAsync(string asker, NodeAnswer answer) => _push.Questions.TakeAnswerAsync(asker, answer);

    public async Task<AssignmentMessage> GetAssignmentsAsync(long session, long? sinceVersion)
    {
        if (Hear(session, sinceVersion ?? 0) != SessionState.Open)
            throw new ConflictException($"session {session} of node {_id} is over; register again");
        return await MessageAsync(sinceVersion);
    }

    public async Task<AdmissionReply> AdmitAsync(ImmutableArray<AdmissionRequest> requests)
    {
        _admitting++;
        try
        {
            return await AdmitCoreAsync(requests);
        }
        finally
        {
            _admitting--;
            _chores.Arm();
            await PushAsync();
        }
    }

    public async Task<ImmutableArray<TaskId>> SetDesiredAsync(ImmutableArray<TaskIntention> intentions)
    {
        ImmutableArray<TaskId> nothing = [];
        await _store.ChangeAsync(state =>
        {
            (var next, nothing) = NodeBook.SetDesired(state, intentions);
            return next;
        });
        await PushAsync();
        return nothing;
    }

    public Task<NodeRecord?> GetAsync() => Task.FromResult(Record);

    public async Task<NodeRecord> UpdateAsync(NodeSpec spec, long? expectedVersion = null)
    {
        var problems = NodeSpecValidator.Validate(spec);
        if (!problems.IsEmpty) throw new ValidationException($"node {_id}", problems);
        var before = Record ?? throw Missing();
        await _store.ChangeAsync(state =>
        {
            CheckVersion(state, expectedVersion);
            return NodeBook.Update(state, spec);
        });
        if (before.Version == _store.State.Version) return before;
        LogUpdated(_id, before.Spec.Availability, spec.Availability);
        _teller.NodeChanged(hasJoined: spec.Availability == NodeAvailability.Active && before.Spec.Availability != NodeAvailability.Active);
        _chores.Arm();
        await PushAsync();
        return Record!;
    }

    public async Task RemoveAsync(bool force, long? expectedVersion = null)
    {
        if (_store.State.IsRemoved)
        {
            // A call before may have ended between the two.
            await DismissAsync();
            return;
        }

        var node = Record ?? throw Missing();
        CheckVersion(_store.State, expectedVersion);
        if (!force && !node.Reservations.IsEmpty)
            throw new InUseException($"node {_id} has tasks: {string.Join(", ", node.Reservations.Select(held => held.Task).Order())}; drain it first, or remove it by --force");
        if (!force && node is { Status.Condition: NodeCondition.Ready, Spec.Availability: not NodeAvailability.Drained })
            throw new InUseException($"node {_id} is ready and not drained; drain it first, or remove it by --force");
        await _store.ChangeAsync(NodeBook.Remove);
        LogRemoved(_id, node.Reservations.Length);
        EndLease();
        _unsettled.Clear();
        _teller.NodeChanged(hasJoined: false);
        _chores.Arm();
        await DismissAsync();
    }

    public Task EnsureAsync()
    {
        // The lists of others may have come from a store or an activation that did not have it.
        if (_store.State.Session == 0) return Task.CompletedTask;
        _teller.RoomChanged();
        _chores.Arm();
        return Task.CompletedTask;
    }

    public Task AnnounceAsync()
    {
        if (_store.State.Session == 0) return Task.CompletedTask;
        _teller.NodeChanged(hasJoined: Record is { Status.Condition: NodeCondition.Ready, Spec.Availability: NodeAvailability.Active });
        _chores.Arm();
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_store.State is { IsRemoved: false, Session: > 0 }) await EnsureAsync();
        else if (await this.GetReminder(reminderName) is { } reminder) await this.UnregisterReminder(reminder);
    }
}
