using System.Collections.Immutable;
using System.Globalization;
using Warren.Grains.Scheduling;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Benchmarks.Scheduling;

/// <summary>
/// A cluster as one may be: 64 cores a node, five zones of ten racks, a tenth of the nodes arm64, some drained or lost, each with images and
/// a few tasks; and services of which most only reserve, and the others have constraints, spread, ports, limits or fill nodes up.
/// </summary>
internal static class PlacementMix
{
    private const long GiB = 1L << 30;

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Platform s_amd = new("linux", "amd64"), s_arm = new("linux", "arm64");

    public static SchedulingSnapshot Snapshot(int nodes, int services, int tasksPerService, int coresPerNode = 64) => new()
    {
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => Node(i, coresPerNode))],
        Pending = [.. Enumerable.Range(0, services).SelectMany(i => Pending(i, tasksPerService))],
        Seed = 1,
    };

    private static NodeRecord Node(int i, int cores) => new()
    {
        Id = new(Name("n", i)),
        Spec = new()
        {
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", Name("z", i % 5)).Add("rack", Name("r", i / 5 % 10)),
            Availability = i % 50 == 7 ? NodeAvailability.Drained : NodeAvailability.Active,
        },
        Description = new()
        {
            Name = Name("node", i),
            Platform = i % 10 == 3 ? s_arm : s_amd,
            Capacity = new(cores * 1000, 256 * GiB),
        },
        Status = new() { Condition = i % 100 == 11 ? NodeCondition.Lost : NodeCondition.Ready, Since = s_now },
        Images = [.. Enumerable.Range(0, 20).Select(image => Image(((i * 7) + image) % 300))],
        Reservations =
        [
            .. Enumerable.Range(0, 5).Select(task => new NodeReservation
            {
                Task = new(new(Name("old", task)), TaskSlot.Replica(i + 1), i + 1),
                Resources = new(0, GiB / 4),
            }),
        ],
        JoinedAt = s_now,
    };

    private static IEnumerable<PendingTask> Pending(int i, int count)
    {
        var spec = new ServiceSpec
        {
            Name = new(Name("svc", i)),
            Replicas = count,
            Priority = i % 50 == 0 ? 10 : 0,
            Placement = Placement(i),
            Container = new()
            {
                Image = Image(i % 300),
                Resources = new() { CpuReservationMillicores = 50 + (i % 4 * 50), MemoryReservation = (1 + (i % 4)) * GiB / 8 },
                Ports = i % 20 == 15 ? [new() { ContainerPort = 80, HostPort = 10_000 + i }] : [],
            },
        };
        var requirements = PlacementRequirements.Of(new()
        {
            Version = 1,
            TaskVersion = 1,
            Spec = spec,
            At = s_now,
            Image = new() { Reference = spec.Container.Image, Platforms = i % 3 == 0 ? [s_amd] : [s_amd, s_arm] },
        });
        for (var slot = 1; slot <= count; slot++)
            yield return new() { Id = new(spec.Name, TaskSlot.Replica(slot), slot), Requirements = requirements, Since = s_now };
    }

    private static PlacementSpec Placement(int i) => (i % 20) switch
    {
        < 8 => PlacementSpec.Default,
        < 10 => new() { Constraints = [$"node.labels.zone=={Name("z", i % 5)}"] },
        < 12 => new() { Constraints = ["node.platform.arch==amd64", $"node.labels.zone!={Name("z", i % 5)}"] },
        < 14 => new() { Spread = ["node.labels.zone", "node.labels.rack"] },
        14 => new() { Spread = ["node.labels.zone"], MaxPerNode = 2 },
        16 => new() { Strategy = PlacementStrategy.BinPack },
        17 => new() { MaxPerNode = 1 },
        _ => PlacementSpec.Default,
    };

    private static string Image(int i) => string.Create(CultureInfo.InvariantCulture, $"registry.example/image{i}@sha256:{i:x64}");

    private static string Name(string prefix, int i) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{i}");
}
