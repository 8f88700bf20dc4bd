using Warren.Containers;
using Warren.Grains.Scheduling;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;

namespace Warren.Grains.Tests.Scheduling;

public sealed class SchedulerTests
{
    private const long MiB = 1 << 20, GiB = 1 << 30;

    [Fact]
    public void Compute_EqualNodes_SpreadsEvenly() =>
        Counts(A.Snapshot([A.Node("n1"), A.Node("n2"), A.Node("n3")], A.Pending(A.Service(), 7))).Order().ShouldBe([2, 2, 3]);

    [Fact]
    public void Compute_TasksOfTheServiceThere_FillsTheOthersFirst()
    {
        var busy = A.Node("n1").Running("web.1.1").Running("web.2.2");
        var loaded = A.Node("n2").Running("db.1.1", cpu: 1500);
        var plan = Scheduler.Compute(A.Snapshot([busy, loaded, A.Node("n3")], A.Pending(A.Service(), 4)));
        plan.Place.Select(placement => placement.Node.Value).Order().ShouldBe(["n2", "n2", "n3", "n3"]);
    }

    [Fact]
    public void Compute_ZonesOfDifferentSize_SpreadsOverZonesFirst()
    {
        var nodes = new[] { "n1", "n2", "n3", "n4" }.Select(id => A.Node(id).WithLabel("zone", id == "n4" ? "b" : "a")).ToArray();
        var spec = A.Service() with { Placement = new() { Spread = ["node.labels.zone"] } };
        var plan = Scheduler.Compute(A.Snapshot(nodes, A.Pending(spec, 6)));
        var byNode = plan.Place.CountBy(placement => placement.Node.Value).ToDictionary();
        byNode["n4"].ShouldBe(3);
        new[] { byNode["n1"], byNode["n2"], byNode["n3"] }.ShouldBe([1, 1, 1]);
    }

    [Fact]
    public void Compute_TwoSpreadAttributes_SpreadsTheSecondWithinEachValueOfTheFirst()
    {
        NodeRecord Of(string id, string zone, string rack) => A.Node(id).WithLabel("zone", zone).WithLabel("rack", rack);
        var nodes = new[] { Of("n1", "a", "1"), Of("n2", "a", "1"), Of("n3", "a", "2"), Of("n4", "b", "3"), Of("n5", "b", "4"), Of("n6", "b", "4") };
        var spec = A.Service() with { Placement = new() { Spread = ["node.labels.zone", "node.labels.rack"] } };
        var byNode = Scheduler.Compute(A.Snapshot(nodes, A.Pending(spec, 8))).Place.CountBy(placement => placement.Node.Value).ToDictionary();
        new[] { byNode["n1"], byNode["n2"], byNode["n3"] }.ShouldBe([1, 1, 2]);
        new[] { byNode["n4"], byNode["n5"], byNode["n6"] }.ShouldBe([2, 1, 1]);
    }

    [Fact]
    public void Compute_ZoneThatIsFull_StillCountsWhatRunsThere()
    {
        var full = A.Node("n1", cpu: 100).WithLabel("zone", "a").Running("web.1.1", cpu: 100);
        var nodes = new[] { full, A.Node("n2").WithLabel("zone", "b"), A.Node("n3").WithLabel("zone", "c") };
        var spec = A.Service() with
        {
            Placement = new() { Spread = ["node.labels.zone"] },
            Container = A.Service().Container with { Resources = A.Reserving(cpu: 50) },
        };
        Counts(A.Snapshot(nodes, A.Pending(spec, 2))).ShouldBe([1, 1]);
    }

    [Fact]
    public void Compute_BinPack_FillsOneNodeBeforeTheNext()
    {
        var spec = A.Service() with
        {
            Placement = new() { Strategy = PlacementStrategy.BinPack },
            Container = A.Service().Container with { Resources = A.Reserving(cpu: 500) },
        };
        Counts(A.Snapshot([A.Node("n1"), A.Node("n2"), A.Node("n3")], A.Pending(spec, 5))).Order().ShouldBe([1, 4]);
    }

    [Fact]
    public void Compute_ImageOnOneOfEqualNodes_ChoosesThatOne()
    {
        var nodes = new[] { A.Node("n1"), A.Node("n2") with { Images = [A.Service().Container.Image] }, A.Node("n3") };
        foreach (var seed in Enumerable.Range(0, 20))
            Scheduler.Compute(A.Snapshot(nodes, A.Pending(A.Service(), 1)) with { Seed = seed }).Place.Single().Node.Value.ShouldBe("n2");
    }

    [Fact]
    public void Compute_ImageOnAFullerNode_ChoosesTheEmptierOne()
    {
        var loaded = A.Node("n1").Running("db.1.1", cpu: 1000) with { Images = [A.Service().Container.Image] };
        Scheduler.Compute(A.Snapshot([loaded, A.Node("n2")], A.Pending(A.Service(), 1))).Place.Single().Node.Value.ShouldBe("n2");
    }

    [Fact]
    public void Compute_ManyServicesOfOneTask_UseAllNodes()
    {
        var pending = Enumerable.Range(0, 40).Select(i => A.Pending(A.Service($"s{i}"), 1).AsEnumerable()).ToArray();
        var nodes = Enumerable.Range(0, 10).Select(i => A.Node($"n{i}"));
        Counts(A.Snapshot(nodes, pending)).ShouldBe(Enumerable.Repeat(4, 10));
    }

    [Fact]
    public void Compute_NothingFits_SaysWhyForAllNodes()
    {
        var spec = A.Service().WithConstraints("node.labels.zone==eu") with
        {
            Container = A.Service().Container with { Resources = A.Reserving(memory: GiB) },
        };
        NodeRecord[] nodes =
        [
            A.Node("n1").With(NodeAvailability.Drained),
            A.Node("n2").With(NodeAvailability.Drained),
            A.Node("n3", memory: 512 * MiB).WithLabel("zone", "eu"),
            A.Node("n4").WithLabel("zone", "us"),
        ];
        var plan = Scheduler.Compute(A.Snapshot(nodes, A.Pending(spec, 2)));
        plan.Place.ShouldBeEmpty();
        plan.Wait.Select(waiting => waiting.Reason).Distinct()
            .ShouldBe(["no suitable node: 2 drained, 1 needs 512 MiB more memory, 1 fails node.labels.zone==eu"]);
    }

    [Fact]
    public void Compute_EachFilter_NamesItsReason()
    {
        var spec = A.Service() with
        {
            Container = A.Service().Container with
            {
                Ports = [new() { ContainerPort = 80, HostPort = 8080 }],
                Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/data" }],
                Resources = A.Reserving(cpu: 1500, memory: GiB),
            },
            Placement = new() { MaxPerNode = 1 },
        };
        NodeRecord[] nodes =
        [
            A.Node("n1").With(NodeCondition.Lost),
            A.Node("n2").With(NodeCondition.Unreachable),
            A.Node("n3").With(NodeAvailability.Cordoned),
            A.Node("n4").WithPlatform("linux/arm64"),
            A.Node("n5", cpu: 1000),
            A.Node("n6", cpu: 500, memory: 256 * MiB),
            A.Node("n7").Running("x.1.1", ports: new HostPort(8080, PortProtocol.Tcp, "10.0.0.1")),
            A.Node("n8"),
            A.Node("n9").Running("web.7.1"),
        ];
        var volume = new Warren.Volumes.VolumeRecord { Name = new("data"), Spec = new() { Name = "data" }, Node = new("n9"), CreatedAt = A.Moment };
        var plan = Scheduler.Compute(A.Snapshot(nodes, A.Pending(spec, 1, "linux/amd64")) with { Volumes = [volume] });
        plan.Wait.Single().Reason.ShouldBe(
            "no suitable node: 1 at the limit of 1 per node, 1 without volume data, 1 has port 8080/tcp taken, 1 needs 0.5 more cores, "
            + "1 needs 1 more core and 768 MiB more memory, 1 needs platform linux/arm64 (the image has linux/amd64), 1 cordoned, 1 unreachable, 1 lost");
    }

    [Fact]
    public void Compute_SeveralLackDifferently_SaysTheLeast()
    {
        var spec = A.Service() with { Container = A.Service().Container with { Resources = A.Reserving(memory: 3 * GiB) } };
        var plan = Scheduler.Compute(A.Snapshot([A.Node("n1", memory: GiB), A.Node("n2", memory: 2 * GiB)], A.Pending(spec, 1)));
        plan.Wait.Single().Reason.ShouldBe("no suitable node: 2 need at least 1 GiB more memory");
    }

    [Fact]
    public void Compute_NoNodes_SaysSo() =>
        Scheduler.Compute(A.Snapshot([], A.Pending(A.Service(), 1))).Wait.Single().Reason.ShouldBe("no suitable node: the cluster has none");

    [Fact]
    public void Compute_SomeFit_PlacesTheFirstSlotsAndExplainsTheRest()
    {
        var spec = A.Service() with { Container = A.Service().Container with { Resources = A.Reserving(cpu: 1000) } };
        var plan = Scheduler.Compute(A.Snapshot([A.Node("n1")], A.Pending(spec, 3)));
        plan.Place.Select(placement => placement.Task.Id.Slot.Number).ShouldBe([1, 2]);
        plan.Wait.Single().Reason.ShouldBe("no suitable node: 1 needs 1 more core");
    }

    [Fact]
    public void Compute_RoomForOne_HigherPriorityGetsItThenWhoWaitsLongest()
    {
        ServiceSpec Spec(string name, int priority) =>
            A.Service(name) with { Priority = priority, Container = A.Service().Container with { Resources = A.Reserving(cpu: 2000) } };
        var old = A.Pending(Spec("old", 0), 1).Select(task => task with { Since = A.Moment.AddHours(-1) });
        var snapshot = A.Snapshot([A.Node("n1")], old, A.Pending(Spec("a", 0), 1), A.Pending(Spec("vip", 5), 1));
        Scheduler.Compute(snapshot).Place.Single().Task.Id.Service.Value.ShouldBe("vip");
        Scheduler.Compute(A.Snapshot([A.Node("n1")], A.Pending(Spec("a", 0), 1), old)).Place.Single().Task.Id.Service.Value.ShouldBe("old");
    }

    [Fact]
    public void Compute_HostPort_GetsEachNodeOnce()
    {
        var spec = A.Service() with { Container = A.Service().Container with { Ports = [new() { ContainerPort = 80, HostPort = 80 }] } };
        var plan = Scheduler.Compute(A.Snapshot([A.Node("n1"), A.Node("n2")], A.Pending(spec, 3)));
        plan.Place.Select(placement => placement.Node.Value).Order().ShouldBe(["n1", "n2"]);
        plan.Wait.Single().Reason.ShouldBe("no suitable node: 2 have port 80/tcp taken");
    }

    [Fact]
    public void Compute_PortChosenByTheNode_IsNoObstacle()
    {
        var spec = A.Service() with { Container = A.Service().Container with { Ports = [new() { ContainerPort = 80 }] } };
        Scheduler.Compute(A.Snapshot([A.Node("n1")], A.Pending(spec, 3))).Place.Length.ShouldBe(3);
    }

    [Fact]
    public void Compute_NewLocalVolume_KeepsAllTasksOfTheBatchOnItsNode()
    {
        var spec = WithVolume(A.Service());
        var other = WithVolume(A.Service("other"));
        var nodes = new[] { A.Node("n1"), A.Node("n2"), A.Node("n3") };
        var plan = Scheduler.Compute(A.Snapshot(nodes, A.Pending(spec, 3), A.Pending(other, 2)));
        plan.Place.Length.ShouldBe(5);
        plan.Place.Select(placement => placement.Node).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void Compute_VolumeOfTheNetwork_IsNoObstacle()
    {
        var volume = new Warren.Volumes.VolumeRecord { Name = new("data"), Spec = new() { Name = "data", Driver = "nfs" }, CreatedAt = A.Moment };
        var nodes = new[] { A.Node("n1"), A.Node("n2"), A.Node("n3") };
        Counts(A.Snapshot(nodes, A.Pending(WithVolume(A.Service()), 3)) with { Volumes = [volume] }).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public void Compute_GlobalService_TakesTheNodeOfTheSlotOrSaysWhyNot()
    {
        var spec = WithVolume(A.Service("agent")) with { Mode = ServiceMode.Global };
        var requirements = A.Requirements(spec);
        var pending = new[] { "n1", "n2", "n9" }.Select(node => new PendingTask
        {
            Id = new(spec.Name, Warren.Tasks.TaskSlot.OnNode(new(node)), 1),
            Requirements = requirements,
            Since = A.Moment,
        });
        var plan = Scheduler.Compute(A.Snapshot([A.Node("n1"), A.Node("n2").With(NodeAvailability.Cordoned)], pending));
        plan.Place.Single().Node.Value.ShouldBe("n1");
        plan.Place.Single().Reason.ShouldBe("the node of its slot");
        plan.Wait.Select(waiting => waiting.Reason).ShouldBe(["no suitable node: 1 cordoned", "no suitable node: 1 not in the cluster"]);
    }

    [Fact]
    public void Compute_PlacementInFlight_CountsAsPlaced()
    {
        var spec = A.Service() with { Container = A.Service().Container with { Resources = A.Reserving(cpu: 2000) } };
        var snapshot = A.Snapshot([A.Node("n1")], A.Pending(spec, 1)) with { InFlight = [new(new("n1"), A.Reservation("db.1.1", cpu: 2000))] };
        Scheduler.Compute(snapshot).Wait.Single().Reason.ShouldBe("no suitable node: 1 needs 2 more cores");
    }

    [Fact]
    public void Compute_PlacementInFlightThatWasAdmitted_CountsOnce()
    {
        var spec = A.Service() with { Container = A.Service().Container with { Resources = A.Reserving(cpu: 1000) } };
        var node = A.Node("n1").Running("db.1.1", cpu: 1000);
        var snapshot = A.Snapshot([node], A.Pending(spec, 1)) with { InFlight = [new(new("n1"), A.Reservation("db.1.1", cpu: 1000))] };
        Scheduler.Compute(snapshot).Place.Length.ShouldBe(1);
    }

    [Fact]
    public void Compute_CapacityShrunkBelowItsPromises_TakesOnlyWhatReservesNothing()
    {
        var node = A.Node("n1", cpu: 500).Running("db.1.1", cpu: 1000);
        Scheduler.Compute(A.Snapshot([node], A.Pending(A.Service(), 1))).Place.Length.ShouldBe(1);
        var spec = A.Service() with { Container = A.Service().Container with { Resources = A.Reserving(cpu: 100) } };
        Scheduler.Compute(A.Snapshot([node], A.Pending(spec, 1))).Wait.Single().Reason.ShouldBe("no suitable node: 1 needs 0.6 more cores");
    }

    private static ServiceSpec WithVolume(ServiceSpec spec) => spec with
    {
        Container = spec.Container with { Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/data" }] },
    };

    /// <summary>How many tasks each node got that got any.</summary>
    private static int[] Counts(SchedulingSnapshot snapshot) =>
        [.. Scheduler.Compute(snapshot).Place.CountBy(placement => placement.Node).OrderBy(count => count.Key).Select(count => count.Value)];
}
