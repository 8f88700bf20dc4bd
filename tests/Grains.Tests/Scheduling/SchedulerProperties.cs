using Warren.Grains.Scheduling;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Scheduling;

namespace Warren.Grains.Tests.Scheduling;

/// <summary>What holds of every plan.</summary>
public sealed class SchedulerProperties
{
    private static readonly RefusalKind[] s_kinds = [.. Enum.GetValues<RefusalKind>().Except([RefusalKind.None])];

    [Fact]
    public void Plan_Always_HasEachPendingTaskInExactlyOneBucket() => Sampled.Check(SnapshotSamples.Any, IsPartition);

    [Fact]
    public void Plan_CarriedOut_LeavesNothingToDo() => Sampled.Check(SnapshotSamples.Any, snapshot =>
    {
        var plan = Scheduler.Compute(snapshot);
        var after = snapshot.After(plan) with { Volumes = Placed(snapshot, plan) };
        var second = Scheduler.Compute(after);
        second.Place.ShouldBeEmpty();
        Texts(second).ShouldBe(Texts(plan with { Place = [] }), ignoreOrder: true);
    });

    [Fact]
    public void Plan_Always_PlacesOnlyOnReadyActiveNodesThatMeetTheConstraints() => Sampled.Check(SnapshotSamples.Any, IsOnSuitableNodes);

    [Fact]
    public void Plan_Always_StaysWithinCapacity() => Sampled.Check(SnapshotSamples.Any, IsWithinCapacity);

    [Fact]
    public void Plan_Always_GivesNoPortTwiceAndKeepsToTheMostPerNode() => Sampled.Check(SnapshotSamples.Any, snapshot =>
    {
        var plan = Scheduler.Compute(snapshot);
        foreach (var node in snapshot.After(plan).Nodes)
        {
            var isNew = plan.Place.Select(placement => placement.Task.Id).ToHashSet();
            var ports = node.Reservations.SelectMany(held => held.HostPorts.Select(port => (held.Task, Port: port))).ToArray();
            foreach (var mine in ports.Where(port => isNew.Contains(port.Task)))
                ports.Count(other => other.Port.Collides(mine.Port)).ShouldBe(1);
            foreach (var held in node.Reservations.Where(held => isNew.Contains(held.Task) && held.MaxPerNode is not null))
                node.Reservations.Count(other => other.Task.Service == held.Task.Service).ShouldBeLessThanOrEqualTo(held.MaxPerNode!.Value);
        }
    });

    [Fact]
    public void Plan_VolumesOnANode_PlacesItsUsersOnlyThere() => Sampled.Check(SnapshotSamples.Any, snapshot =>
    {
        var plan = Scheduler.Compute(snapshot);
        var users = plan.Place.Where(placement => placement.Task.Id.Slot.Node is null)
            .SelectMany(placement => placement.Task.Requirements.Volumes.Select(volume => (Volume: volume, placement.Node)));
        foreach (var volume in users.GroupBy(user => user.Volume, user => user.Node))
        {
            var record = snapshot.Volumes.FirstOrDefault(record => record.Name == volume.Key);
            if (record?.Node is { } node) volume.Distinct().ShouldBe([node]);
            else if (record is null || record.Spec.Driver == "local") volume.Distinct().Count().ShouldBe(1);
        }
    });

    [Fact]
    public void Plan_EqualNodes_DiffersByAtMostOne() => Sampled.Check(SnapshotSamples.Equal, snapshot =>
    {
        var plan = Scheduler.Compute(snapshot);
        plan.Wait.ShouldBeEmpty();
        var counts = snapshot.Nodes.Select(node => plan.Place.Count(placement => placement.Node == node.Id)).ToArray();
        (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
    });

    [Fact]
    public void Plan_ZonesWithRoom_DifferByAtMostOne() => Sampled.Check(SnapshotSamples.Equal, sample =>
    {
        var snapshot = sample with
        {
            Nodes = [.. sample.Nodes.Select((node, i) => node.WithLabel("zone", i % 3 == 0 ? "a" : "b"))],
            Pending =
            [
                .. sample.Pending.Select(task => task with
                {
                    Requirements = task.Requirements with { Placement = new() { Spread = ["node.labels.zone"] } },
                }),
            ],
        };
        var zones = snapshot.Nodes.ToDictionary(node => node.Id, node => node.Spec.Labels["zone"]);
        var plan = Scheduler.Compute(snapshot);
        plan.Wait.ShouldBeEmpty();
        var counts = zones.Values.Distinct().Select(zone => plan.Place.Count(placement => zones[placement.Node] == zone)).ToArray();
        (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
    });

    [Fact]
    public void Plan_CollectionsInAnotherOrder_IsTheSame() => Sampled.Check(SnapshotSamples.Any, snapshot =>
        Texts(Scheduler.Compute(snapshot.Shuffled(7))).ShouldBe(Texts(Scheduler.Compute(snapshot))));

    [Fact]
    public void Plan_WhatWaits_FitsOnNoNodeAsTheyAreAfterwards() => Sampled.Check(SnapshotSamples.Any, snapshot =>
    {
        var plan = Scheduler.Compute(snapshot);
        var after = snapshot.After(plan) with { Volumes = Placed(snapshot, plan) };
        foreach (var waiting in plan.Wait)
            Scheduler.Compute(after with { Pending = [waiting.Task] }).Place.ShouldBeEmpty();
    });

    [Fact]
    public void Samples_Drawn_AreWorthTheirTrial()
    {
        static PlacementPlan Planned(Random random) => Scheduler.Compute(SnapshotSamples.Any(random));
        Sampled.Share(Planned, plan => plan.Place.Length > 0).ShouldBeGreaterThan(0.7);
        Sampled.Share(Planned, plan => plan.Wait.Length > 0).ShouldBeGreaterThan(0.4);
        Sampled.Share(Planned, plan => plan is { Place.Length: > 0, Wait.Length: > 0 }).ShouldBeGreaterThan(0.3);
        var seen = new HashSet<RefusalKind>();
        Sampled.Share(Planned, plan =>
        {
            seen.UnionWith(plan.Wait.SelectMany(Kinds));
            return true;
        });
        seen.ShouldBe(s_kinds.Except([RefusalKind.Unknown]), ignoreOrder: true);
        Sampled.Share(SnapshotSamples.Equal, snapshot => snapshot.Pending.Length > snapshot.Nodes.Length && snapshot.Nodes.Length > 1).ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public void Properties_PlantedFaults_AreFound()
    {
        Sampled.Finds(SnapshotSamples.Any, snapshot => IsWithinCapacity(snapshot, AllOnOneNode(snapshot))).ShouldBeTrue();
        Sampled.Finds(SnapshotSamples.Any, snapshot => IsOnSuitableNodes(snapshot, AllOnOneNode(snapshot))).ShouldBeTrue();
        Sampled.Finds(SnapshotSamples.Any, snapshot => IsPartition(snapshot, Scheduler.Compute(snapshot) with { Wait = [] })).ShouldBeTrue();
    }

    private static IEnumerable<RefusalKind> Kinds(WaitingTask waiting) => s_kinds.Where(kind => waiting.Refusals.Count(kind) > 0);

    private static void IsPartition(SchedulingSnapshot snapshot) => IsPartition(snapshot, Scheduler.Compute(snapshot));

    private static void IsPartition(SchedulingSnapshot snapshot, PlacementPlan plan) =>
        plan.Place.Select(placement => placement.Task.Id).Concat(plan.Wait.Select(waiting => waiting.Task.Id)).Order()
            .ShouldBe(snapshot.Pending.Select(task => task.Id).Order());

    private static void IsOnSuitableNodes(SchedulingSnapshot snapshot) => IsOnSuitableNodes(snapshot, Scheduler.Compute(snapshot));

    private static void IsOnSuitableNodes(SchedulingSnapshot snapshot, PlacementPlan plan)
    {
        var nodes = snapshot.Nodes.ToDictionary(node => node.Id);
        foreach (var placement in plan.Place)
        {
            var node = nodes[placement.Node];
            (node.Status.Condition, node.Spec.Availability).ShouldBe((NodeCondition.Ready, NodeAvailability.Active));
            foreach (var constraint in placement.Task.Requirements.Placement.Constraints)
                PlacementConstraint.Parse(constraint).IsMetBy(node.Id, node.Spec, node.Description).ShouldBeTrue();
            if (!placement.Task.Requirements.Platforms.IsEmpty)
                placement.Task.Requirements.Platforms.Any(node.Description.Platform.Runs).ShouldBeTrue();
        }
    }

    private static void IsWithinCapacity(SchedulingSnapshot snapshot) => IsWithinCapacity(snapshot, Scheduler.Compute(snapshot));

    private static void IsWithinCapacity(SchedulingSnapshot snapshot, PlacementPlan plan)
    {
        foreach (var node in snapshot.After(plan).Nodes)
        {
            var used = node.Reservations.Aggregate(default(ResourceAmount), (sum, held) => sum + held.Resources);
            node.Description.Capacity.Covers(used).ShouldBeTrue($"{node.Id} has {node.Description.Capacity} and promised {used}");
        }
    }

    private static PlacementPlan AllOnOneNode(SchedulingSnapshot snapshot) => snapshot.Nodes.IsEmpty
        ? new([], [])
        : new([.. snapshot.Pending.Select(task => new Placement(task, snapshot.Nodes[0].Id, 1))], []);

    /// <summary>The volumes once their first users have made them.</summary>
    private static System.Collections.Immutable.ImmutableArray<Warren.Volumes.VolumeRecord> Placed(SchedulingSnapshot snapshot, PlacementPlan plan)
    {
        var known = snapshot.Volumes.ToDictionary(volume => volume.Name);
        foreach (var placement in plan.Place.Where(placement => placement.Task.Id.Slot.Node is null))
        {
            foreach (var name in placement.Task.Requirements.Volumes)
            {
                var volume = known.GetValueOrDefault(name) ?? new() { Name = name, Spec = new() { Name = name.Value }, CreatedAt = A.Moment };
                known[name] = volume.Node is null && volume.Spec.Driver == "local" ? volume with { Node = placement.Node } : volume;
            }
        }

        return [.. known.Values];
    }

    private static string[] Texts(PlacementPlan plan) =>
    [
        .. plan.Place.Select(placement => $"{placement.Task.Id} on {placement.Node}: {placement.Reason}"),
        .. plan.Wait.Select(waiting => $"{waiting.Task.Id} waits: {waiting.Reason}"),
    ];
}
