using System.Collections.Immutable;
using Warren.Containers;
using Warren.Grains.Scheduling;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Testing;

/// <summary>Objects with sane defaults.</summary>
internal static class A
{
    /// <summary>When everything happens.</summary>
    public static readonly DateTimeOffset Moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ServiceSpec Service(string name = "web") =>
        new() { Name = new(name), Container = new() { Image = "docker.io/library/nginx:1.27" } };

    public static ServiceSpec Cron(string schedule = "@hourly", string timeZone = "UTC") =>
        Service("tick") with { Mode = ServiceMode.Cron, Cron = new() { Schedule = schedule, TimeZone = timeZone } };

    public static ServiceSpec WithConstraints(this ServiceSpec spec, params string[] constraints) =>
        spec with { Placement = spec.Placement with { Constraints = [.. constraints] } };

    public static TaskRecord Task(string id = "web.1.1", TaskState state = TaskState.New, string? node = null) => new()
    {
        Id = TaskId.Parse(id),
        SpecVersion = 1,
        CreatedAt = Moment,
        DesiredAt = Moment,
        Observed = new() { State = state, At = Moment },
        Node = node is null ? null : new NodeId(node),
    };

    public static TaskReport Report(string id, string node, TaskState state, long sequence = 1) => new()
    {
        Task = TaskId.Parse(id),
        Node = new(node),
        Sequence = sequence,
        Observed = new() { State = state, At = Moment.AddSeconds(sequence) },
    };

    /// <summary>Two cores and 4 GiB.</summary>
    public static NodeRecord Node(string id = "n1", long cpu = 2000, long memory = 4L << 30) => new()
    {
        Id = new(id),
        Description = new() { Name = id + ".example", Platform = new("linux", "amd64"), Capacity = new(cpu, memory) },
        Status = new() { Condition = NodeCondition.Ready, Since = Moment },
        JoinedAt = Moment,
    };

    public static NodeRecord With(this NodeRecord node, NodeAvailability availability) =>
        node with { Spec = node.Spec with { Availability = availability } };

    public static NodeRecord With(this NodeRecord node, NodeCondition condition) =>
        node with { Status = node.Status with { Condition = condition } };

    public static NodeRecord WithLabel(this NodeRecord node, string name, string value) =>
        node with { Spec = node.Spec with { Labels = node.Spec.Labels.SetItem(name, value) } };

    public static NodeRecord WithPlatform(this NodeRecord node, string platform) =>
        node with { Description = node.Description with { Platform = Platform.Parse(platform) } };

    public static ResourceSpec Reserving(int? cpu = null, long? memory = null) =>
        new() { CpuReservationMillicores = cpu, MemoryReservation = memory };

    public static ImmutableSortedDictionary<string, string> Map(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>What the tasks of a service need, by its spec.</summary>
    public static PlacementRequirements Requirements(ServiceSpec spec, long version = 1, params string[] platforms) =>
        PlacementRequirements.Of(new()
        {
            Version = version,
            TaskVersion = version,
            Spec = spec,
            At = Moment,
            Image = new() { Reference = spec.Container.Image, Platforms = [.. platforms.Select(text => Platform.Parse(text))] },
        });

    /// <summary>Pending tasks of a service, in slots from 1.</summary>
    public static ImmutableArray<PendingTask> Pending(ServiceSpec spec, int count, params string[] platforms)
    {
        var requirements = Requirements(spec, 1, platforms);
        return
        [
            .. Enumerable.Range(1, count).Select(number => new PendingTask
            {
                Id = new(spec.Name, TaskSlot.Replica(number), 1000 + number),
                Requirements = requirements,
                Since = Moment,
            }),
        ];
    }

    /// <summary>A node that promised so much to a task.</summary>
    public static NodeRecord Running(this NodeRecord node, string task, long cpu = 0, long memory = 0, params HostPort[] ports) =>
        node with { Reservations = node.Reservations.Add(Reservation(task, cpu, memory, ports)) };

    public static NodeReservation Reservation(string task, long cpu = 0, long memory = 0, params HostPort[] ports) =>
        new() { Task = TaskId.Parse(task), Resources = new(cpu, memory), HostPorts = [.. ports] };

    public static SchedulingSnapshot Snapshot(IEnumerable<NodeRecord> nodes, params IEnumerable<PendingTask>[] pending) =>
        new() { Nodes = [.. nodes], Pending = [.. pending.SelectMany(tasks => tasks)] };

    /// <summary>The snapshot after its plan was carried out: every node admitted what it was asked for.</summary>
    public static SchedulingSnapshot After(this SchedulingSnapshot snapshot, PlacementPlan plan)
    {
        var byNode = plan.Place.ToLookup(placement => placement.Node, placement => placement.ToReservation());
        return snapshot with
        {
            Nodes = [.. snapshot.Nodes.Select(node => node with { Reservations = node.Reservations.AddRange(byNode[node.Id]) })],
            Pending = [.. plan.Wait.Select(waiting => waiting.Task)],
        };
    }
}
