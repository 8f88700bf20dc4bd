using System.Collections.Immutable;
using Warren.Grains.Rollout;
using Warren.Grains.Services;
using Warren.Grains.Tasks;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Simulation;

/// <summary>
/// One service with the grains of its tasks, a scheduler, nodes and agents, in virtual time. Messages are slow, lost, doubled and out of
/// order; what
/// was stored survives, all else dies with the manager. <see cref="Decided"/> sees each decision before it is carried out.
/// </summary>
internal sealed class SimulatedCluster
{
    private static readonly TimeSpan s_resync = TimeSpan.FromSeconds(2);

    private readonly Random _random;
    private readonly PriorityQueue<Action, (DateTimeOffset, long)> _events = new();
    private readonly Dictionary<TaskId, TaskRecord> _grains = [];
    private readonly SortedDictionary<NodeId, SimulatedNode> _nodes = [];
    private readonly HashSet<TaskId> _cleaned = [];
    private readonly HashSet<NodeId> _removed = [];
    private long _order;
    private bool _isManagerDown, _isDirty;

    public SimulatedCluster(int seed, int nodes, FaultPlan faults)
    {
        _random = new(seed);
        Faults = faults;
        for (var i = 1; i <= nodes; i++) AddNode($"n{i}");
        After(s_resync, Resync);
    }

    public DateTimeOffset Now { get; private set; } = A.Moment;

    /// <summary>How much the manager's clock is wrong.</summary>
    public TimeSpan ClockError { get; set; }

    /// <summary>What the manager takes for the time.</summary>
    public DateTimeOffset Clock => Now + ClockError;

    public FaultPlan Faults { get; set; }

    public ServiceState State { get; set; } = new() { Name = new("web") };

    public IReadOnlyDictionary<NodeId, SimulatedNode> Nodes => _nodes;

    public IReadOnlyDictionary<TaskId, TaskRecord> Grains => _grains;

    /// <summary>How long a container of a version takes to become ready; null: it never does.</summary>
    public Func<long, TimeSpan?> ReadyAfter { get; set; } = _ => TimeSpan.FromMilliseconds(200);

    /// <summary>Whether containers of a version fail as soon as they start.</summary>
    public Func<long, bool> IsBroken { get; set; } = _ => false;

    public Action<ServiceSnapshot, ServicePlan>? Decided { get; set; }

    /// <summary>What happened, for messages of failed tests.</summary>
    public List<string> Log { get; } = [];

    /// <summary>The most copies of one slot whose processes ran at one time.</summary>
    public int MostRunningInASlot { get; private set; }

    public IEnumerable<SimulatedCopy> Copies => _nodes.Values.SelectMany(node => node.Copies.Values);

    public void AddNode(string id) => _nodes.Add(new(id), new(this, A.Node(id)));

    public void RemoveNode(string id)
    {
        _removed.Add(new(id));
        _nodes.Remove(new(id));
        Kick();
    }

    public void SetSpec(ServiceSpec spec)
    {
        State = ServiceMachine.Accept(State, spec, 0, Clock);
        Log.Add($"{Now:HH:mm:ss.fff} version {State.Current.Version}");
        Kick();
    }

    public void SetNode(string id, Func<NodeRecord, NodeRecord> change)
    {
        var node = _nodes[new(id)];
        node.Record = change(node.Record);
        Log.Add($"{Now:HH:mm:ss.fff} {id} {node.Record.Status.Condition} {node.Record.Spec.Availability}");
        Kick();
    }

    public void Run(TimeSpan time)
    {
        var end = Now + time;
        while (_events.TryPeek(out var action, out var due) && due.Item1 <= end)
        {
            _events.Dequeue();
            Now = due.Item1;
            action();
            foreach (var slot in Copies.Where(copy => copy.IsRunning).GroupBy(copy => copy.Id.Slot))
            {
                if (slot.Count() <= MostRunningInASlot) continue;
                MostRunningInASlot = slot.Count();
                Log.Add($"{Now:HH:mm:ss.fff} run in one slot: {string.Join(", ", slot.Select(copy => $"{copy.Id} {copy.State}"))}");
            }
        }

        Now = end;
    }

    /// <summary>Runs until a claim is true.</summary>
    public bool RunUntil(Func<bool> claim, TimeSpan limit)
    {
        for (var end = Now + limit; Now < end; Run(TimeSpan.FromMilliseconds(100)))
        {
            if (claim()) return true;
        }

        return claim();
    }

    public ServiceSnapshot Snapshot() => new()
    {
        State = State,
        Nodes = _nodes.ToImmutableSortedDictionary(node => node.Key, node => node.Value.Record),
        RemovedNodes = [.. _removed],
        Cleaned = [.. _cleaned],
        Now = Clock,
    };

    public IEnumerable<TaskRecord> Ready() => State.Tasks.Values.Where(task => task.IsLive() && task.Observed.IsReady());

    /// <summary>Whether the service has what it wants and nothing more happens.</summary>
    public bool IsSettled(int replicas) =>
        State.Rollout is null or { Phase: RolloutPhase.Completed } && Ready().Count() == replicas && State.Tasks.Values.All(task => task.Observed.State.IsFinal || task.IsLive())
        && Ready().All(task => task.SpecVersion >= State.Current.TaskVersion) && Copies.Count(copy => copy.IsRunning) == replicas;

    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (Now + delay, _order++));

    public TimeSpan Between(double fromMs, double toMs) => TimeSpan.FromMilliseconds(fromMs + (toMs - fromMs) * _random.NextDouble());

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Brings a message to the other side, perhaps.</summary>
    public void Send(Action deliver)
    {
        if (Chance(Faults.Loss)) return;
        After(Between(1, Faults.MaxLatency.TotalMilliseconds), deliver);
        if (Chance(Faults.Duplicate)) After(Between(1, 40 * Faults.MaxLatency.TotalMilliseconds), deliver);
    }

    /// <summary>A report has reached the grain of its task, which may be one that nobody knows any more.</summary>
    public void Take(SimulatedNode node, TaskReport report)
    {
        if (_isManagerDown) return;
        if (!_grains.TryGetValue(report.Task, out var own))
        {
            Send(() => node.StopCopy(report.Task));
            return;
        }

        var step = TaskStateMachine.Report(own, report);
        if (step.Outcome == TaskStepOutcome.Superseded) Send(() => node.StopCopy(report.Task));
        if (step.IsChange) Store(step.Task);
    }

    public void ConfirmCleaned(TaskId task)
    {
        if (_isManagerDown) return;
        _cleaned.Add(task);
        Kick();
    }

    /// <summary>Looks at the service soon.</summary>
    public void Kick()
    {
        if (_isDirty) return;
        _isDirty = true;
        After(TimeSpan.FromMilliseconds(1), Reconcile);
    }

    private void Reconcile()
    {
        _isDirty = false;
        if (_isManagerDown || (State.Revisions.IsEmpty && !State.IsRemoving)) return;
        var snapshot = Snapshot();
        var plan = ServiceReconciler.Compute(snapshot);
        Decided?.Invoke(snapshot, plan);
        foreach (var decision in plan.Decisions.Where(decision => decision.Action is not (TaskAction.Keep or TaskAction.Wait)))
            Log.Add($"{Now:HH:mm:ss.fff} {decision.Action} {decision.Task}: {decision.Reason}");
        foreach (var task in plan.Create) Log.Add($"{Now:HH:mm:ss.fff} Create {task.Id} v{task.SpecVersion} {task.Observed.State}: {task.DesiredReason}");
        if (plan.WakeAt is { } time) After(time - Clock, Kick);
        if (!plan.IsChange) return;
        State = plan.Next;
        foreach (var decision in plan.In(TaskAction.Forget)) _grains.Remove(decision.Task);
        if (Chance(Faults.ManagerDies))
        {
            Log.Add($"{Now:HH:mm:ss.fff} the manager dies");
            _isManagerDown = true;
            After(Between(100, 3000), () =>
            {
                _isManagerDown = false;
                Kick();
            });
            return;
        }

        TellGrains(State.Tasks.Values);
    }

    private void TellGrains(IEnumerable<TaskRecord> tasks)
    {
        foreach (var task in tasks)
        {
            var step = TaskIntent.Take(_grains.GetValueOrDefault(task.Id), task, Clock);
            if (step.IsChange) Store(step.Task);
        }
    }

    private void Store(TaskRecord task)
    {
        _grains[task.Id] = task;
        if (task.Observed.State == TaskState.Pending && task.Desired == DesiredState.Running) After(Between(1, 30), () => Place(task.Id));
        if (task.Node is { } node && _nodes.TryGetValue(node, out var agent)) Send(() => agent.Assign(task));
        Send(() =>
        {
            if (_isManagerDown) return;
            State = ServiceMachine.Observe(State, task, Clock);
            Kick();
        });
    }

    private void Place(TaskId id)
    {
        if (_isManagerDown || !_grains.TryGetValue(id, out var task) || task.Observed.State != TaskState.Pending) return;
        if (task.Desired != DesiredState.Running) return;
        var placement = State.RevisionOf(task).Spec.Placement;
        var suitable = _nodes.Values.Where(node => node.Record is { Status.Condition: NodeCondition.Ready, Spec.Availability: NodeAvailability.Active }
            && (id.Slot.Node is null || id.Slot.Node == node.Record.Id) && NodeFit.UnmetConstraint(node.Record, placement) is null);
        var chosen = suitable.MinBy(node => (_grains.Values.Count(other => other.Node == node.Record.Id && !other.Observed.State.IsFinal), node.Record.Id));
        if (chosen is not null) Store(TaskStateMachine.Assign(task, chosen.Record.Id, Clock).Task);
    }

    // What heartbeats, reminders and full synchronisation do: whatever was lost is said again.
    private void Resync()
    {
        After(s_resync, Resync);
        if (_isManagerDown) return;
        TellGrains(State.Tasks.Values);
        foreach (var task in _grains.Values.ToArray())
        {
            if (task.Observed.State == TaskState.Pending) Place(task.Id);
            State = ServiceMachine.Observe(State, _grains[task.Id], Clock);
        }

        foreach (var node in _nodes.Values) node.Resync(_grains.Values.Where(task => task.Node == node.Record.Id));
        Kick();
    }
}
