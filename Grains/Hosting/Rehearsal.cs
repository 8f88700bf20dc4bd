using System.Collections.Immutable;
using Warren.Grains.Events;
using Warren.Grains.Nodes;
using Warren.Grains.Scheduling;
using Warren.Grains.Services;
using Warren.Grains.Tasks;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Hosting;

/// <summary>
/// A service of one task that is made, placed and started, by the decisions that real ones go through and in memory alone: what a process does for the first time
/// it has to compile, and the first operator after a manager's start should not wait for that.
/// </summary>
/// <param name="Catalog">What the catalog would store.</param>
/// <param name="Service">What the service would store.</param>
/// <param name="Task">What its task would store.</param>
/// <param name="Node">What the node would store.</param>
internal sealed record Rehearsal(ServiceCatalogState Catalog, ServiceRecord Service, TaskRecord Task, NodeState Node)
{
    private const string Name = "rehearsal";

    /// <summary>What is to be made; it is valid, and nothing is ever stored of it.</summary>
    public static ServiceSpec Spec { get; } = new()
    {
        Name = new(Name),
        Container = new()
        {
            Image = Name,
            Command = [Name],
            Env = ImmutableSortedDictionary<string, string>.Empty.Add("NAME", Name),
            Readiness = new() { Exec = [Name] },
        },
        Replicas = 1,
    };

    /// <summary>Plays it through.</summary>
    public static Rehearsal Play(DateTimeOffset now)
    {
        var none = new ServiceState { Name = Spec.Name };
        var nodeId = new NodeId(Name);
        var registration = new NodeRegistration
        {
            Description = new() { Name = Name, Platform = Platform.Parse("linux/amd64"), Capacity = new(CpuMillicores: 1_000, Memory: 1 << 30) },
        };
        var node = NodeBook.Register(new(), registration, new() { Condition = NodeCondition.Ready, Since = now });
        var nodes = ImmutableSortedDictionary<NodeId, NodeRecord>.Empty.Add(nodeId, node.ToRecord(nodeId)!);
        var accepted = ServiceMachine.Accept(none, Spec, 0, now);
        var plan = ServiceReconciler.Compute(new() { State = accepted, Nodes = nodes, Now = now });
        var task = plan.Next.Tasks.Values.First();
        var requirements = PlacementRequirements.Of(plan.Next.Current);
        _ = Scheduler.Compute(new() { Nodes = [.. nodes.Values], Pending = [new() { Id = task.Id, Requirements = requirements, Since = now }] });
        (node, _) = NodeBook.Admit(
            node, nodeId, [new() { Reservation = NodeReservation.For(task.Id, Spec), SpecVersion = task.SpecVersion }], ImmutableDictionary<TaskId, string>.Empty);
        var assigned = TaskStateMachine.Assign(task, nodeId, now).Task;
        var running = TaskStateMachine.Report(
            assigned, new() { Task = task.Id, Node = nodeId, Sequence = 1, Observed = new() { State = TaskState.Running, At = now } }).Task;
        var observed = ServiceMachine.Observe(plan.Next, [running], now);
        var settled = ServiceReconciler.Compute(new() { State = observed, Nodes = nodes, Now = now }).Next;
        return new(
            new() { Services = ImmutableSortedDictionary<ServiceName, bool>.Empty.Add(Spec.Name, false) },
            new() { State = settled, LastVersion = settled.Current.Version, Unsent = EventsOf.Service(none, settled, now) },
            running,
            node);
    }
}
