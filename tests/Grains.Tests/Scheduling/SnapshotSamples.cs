using System.Collections.Immutable;
using Warren.Containers;
using Warren.Grains.Scheduling;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Tests.Scheduling;

/// <summary>Clusters of all kinds: scarce and plentiful, whole and damaged, with services that want little and much.</summary>
internal static class SnapshotSamples
{
    private const long MiB = 1 << 20;

    public static SchedulingSnapshot Any(Random random)
    {
        var nodes = Enumerable.Range(0, random.Next(0, 12)).Select(i => Node(random, i)).ToImmutableArray();
        var services = Enumerable.Range(0, random.Next(1, 5)).Select(i => Spec(random, $"s{i}")).ToArray();
        return new()
        {
            Nodes = nodes,
            Pending = [.. services.SelectMany(spec => Pending(random, spec, nodes))],
            Volumes = [.. new[] { "v0", "v1" }.Where(_ => random.Next(3) == 0).Select(name => Volume(random, name, nodes))],
            Seed = random.Next(),
        };
    }

    /// <summary>Nodes that differ only in what others reserve there, and one service with enough room for all of it.</summary>
    public static SchedulingSnapshot Equal(Random random)
    {
        var spec = A.Service("s0") with
        {
            Container = A.Service("s0").Container with { Resources = A.Reserving(cpu: random.Next(0, 50), memory: random.Next(0, 20) * MiB) },
        };
        return A.Snapshot(
            Enumerable.Range(0, random.Next(1, 12)).Select(i => A.Node($"n{i}").Running($"db.{i + 1}.1", random.Next(0, 400), random.Next(0, 3000) * MiB)).ToArray(),
            A.Pending(spec, random.Next(1, 30)));
    }

    public static SchedulingSnapshot Shuffled(this SchedulingSnapshot snapshot, int seed)
    {
        var random = new Random(seed);
        ImmutableArray<T> Shuffle<T>(ImmutableArray<T> items) => [.. items.OrderBy(_ => random.Next())];
        return snapshot with
        {
            Nodes = Shuffle([.. snapshot.Nodes.Select(node => node with { Reservations = Shuffle(node.Reservations) })]),
            Pending = Shuffle(snapshot.Pending),
            Volumes = Shuffle(snapshot.Volumes),
        };
    }

    private static NodeRecord Node(Random random, int i)
    {
        var node = A.Node($"n{i}", Pick<long>(random, 500, 1000, 4000), Pick<long>(random, 256, 1024, 8192) * MiB).WithPlatform(
            random.Next(4) == 0 ? "linux/arm64" : "linux/amd64");
        if (random.Next(4) != 0) node = node.WithLabel("zone", Pick(random, "a", "b", "c"));
        if (random.Next(5) == 0) node = node.With(Pick(random, NodeAvailability.Cordoned, NodeAvailability.Drained));
        if (random.Next(6) == 0) node = node.With(Pick(random, NodeCondition.Unreachable, NodeCondition.Lost));
        if (random.Next(3) == 0) node = node with { Images = [A.Service().Container.Image] };
        for (var task = random.Next(0, 3); task > 0; task--)
        {
            node = random.Next(3) == 0
                ? node.Running($"s{random.Next(4)}.{(i * 10) + task}.1", 100, 50 * MiB, new HostPort(8080, PortProtocol.Tcp, null))
                : node.Running($"s{random.Next(4)}.{(i * 10) + task}.1", 100, 50 * MiB);
        }

        return node;
    }

    private static ServiceSpec Spec(Random random, string name)
    {
        var spec = A.Service(name);
        return spec with
        {
            Mode = random.Next(6) == 0 ? ServiceMode.Global : ServiceMode.Replicated,
            Priority = random.Next(3),
            Placement = new()
            {
                Constraints = random.Next(3) == 0 ? [Pick(random, "node.labels.zone==a", "node.labels.zone!=b", "node.platform.arch==amd64")] : [],
                Spread = random.Next(3) == 0 ? ["node.labels.zone"] : [],
                Strategy = random.Next(4) == 0 ? PlacementStrategy.BinPack : PlacementStrategy.Spread,
                MaxPerNode = random.Next(4) == 0 ? random.Next(1, 4) : null,
            },
            Container = spec.Container with
            {
                Resources = random.Next(3) == 0 ? ResourceSpec.Default : A.Reserving(Pick(random, 50, 400, 900), Pick(random, 16, 200, 700) * MiB),
                Ports = random.Next(5) == 0 ? [new() { ContainerPort = 80, HostPort = 8080 }] : [],
                Mounts = random.Next(6) == 0 ? [new() { Kind = MountKind.Volume, Source = Pick(random, "v0", "v1"), Target = "/v" }] : [],
            },
        };
    }

    private static IEnumerable<PendingTask> Pending(Random random, ServiceSpec spec, ImmutableArray<NodeRecord> nodes)
    {
        var requirements = A.Requirements(spec, 1, random.Next(3) == 0 ? ["linux/amd64"] : []);
        var slots = spec.Mode == ServiceMode.Global
            ? nodes.Select(node => TaskSlot.OnNode(node.Id))
            : Enumerable.Range(1, random.Next(1, 14)).Select(TaskSlot.Replica);
        return slots.Select(slot => new PendingTask
        {
            Id = new(spec.Name, slot, 1000),
            Requirements = requirements,
            Since = A.Moment.AddSeconds(random.Next(3)),
        }).ToArray();
    }

    private static VolumeRecord Volume(Random random, string name, ImmutableArray<NodeRecord> nodes) => new()
    {
        Name = new(name),
        Spec = new() { Name = name, Driver = random.Next(3) == 0 ? "nfs" : "local" },
        Node = nodes.IsEmpty || random.Next(2) == 0 ? null : nodes[random.Next(nodes.Length)].Id,
        CreatedAt = A.Moment,
    };

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
