using System.Collections.Immutable;
using Warren.Grains.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Tests.Services;

/// <summary>A service on three nodes, step by step: the test says what is observed, and looks at the plan.</summary>
internal sealed class ServiceWorld
{
    private long _sequence;

    public ServiceWorld(ServiceSpec spec)
    {
        State = new() { Name = spec.Name };
        foreach (var id in new[] { "n1", "n2", "n3" }) SetNode(A.Node(id));
        Accept(spec);
    }

    public DateTimeOffset Now { get; set; } = A.Moment;

    public ServiceState State { get; set; }

    public ServicePlan Plan { get; private set; } = null!;

    public ImmutableSortedDictionary<NodeId, NodeRecord> Nodes { get; private set; } = ImmutableSortedDictionary<NodeId, NodeRecord>.Empty;

    public ImmutableSortedDictionary<VolumeName, NodeId> Volumes { get; set; } = ImmutableSortedDictionary<VolumeName, NodeId>.Empty;

    public ImmutableHashSet<NodeId> Removed { get; set; } = [];

    public ImmutableHashSet<TaskId> Cleaned { get; set; } = [];

    public TaskRecord this[string id] => State.Tasks[TaskId.Parse(id)];

    public IEnumerable<string> Live => State.Tasks.Values.Where(task => task.IsLive()).Select(task => task.Id.ToString());

    public void SetNode(NodeRecord node) => Nodes = Nodes.SetItem(node.Id, node);

    public void SetNode(string id, NodeCondition condition) => SetNode(Nodes[new(id)].With(condition));

    public void SetNode(string id, NodeAvailability availability) => SetNode(Nodes[new(id)].With(availability));

    public void Accept(ServiceSpec spec) => State = ServiceMachine.Accept(State, spec, 0, Now);

    public ServicePlan Step(double afterSeconds = 0)
    {
        Now += TimeSpan.FromSeconds(afterSeconds);
        Plan = ServiceReconciler.Compute(new()
        {
            State = State,
            Nodes = Nodes,
            Now = Now,
            VolumeNodes = Volumes,
            RemovedNodes = Removed,
            Cleaned = Cleaned,
        });
        State = Plan.Next;
        return Plan;
    }

    public void See(string id, TaskState state, string? node = null, int? exitCode = null, TaskHealth health = TaskHealth.Unprobed)
    {
        var task = this[id];
        State = ServiceMachine.Observe(
            State,
            task with
            {
                Observed = new() { State = state, At = Now, ExitCode = exitCode, Health = health },
                Node = node is null ? task.Node : new NodeId(node),
                LastReport = ++_sequence,
            },
            Now);
    }

    /// <summary>All live tasks run, on the nodes in turn.</summary>
    public void RunAll()
    {
        var i = 0;
        foreach (var id in Live.ToArray())
        {
            var place = TaskId.Parse(id).Slot.Node?.Value ?? $"n{(i++ % 3) + 1}";
            See(id, TaskState.Running, this[id].Node?.Value ?? place);
        }
    }

    /// <summary>Decisions of a bucket, as <c>task: reason</c>.</summary>
    public IEnumerable<string> In(TaskAction action) => Plan.In(action).Select(decision => $"{decision.Task}: {decision.Reason}");

    public IEnumerable<string> Created => Plan.Create.Select(task => $"{task.Id} {task.Observed.State}: {task.DesiredReason}");
}
