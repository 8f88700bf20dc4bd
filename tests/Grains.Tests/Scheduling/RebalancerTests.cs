using Warren.Grains.Scheduling;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Scheduling;

public sealed class RebalancerTests
{
    [Fact]
    public void Compute_NodeJoined_MovesTheNewestTasksToIt()
    {
        var snapshot = Snapshot(A.Service(), ("n1", 3), ("n2", 3), ("n3", 0));
        var moves = Rebalancer.Compute(snapshot).Moves;
        moves.Select(move => (move.From.Value, move.To.Value)).ShouldBe([("n1", "n3"), ("n2", "n3")]);
        moves[0].Task.ToString().ShouldBe("web.103.103");
        moves[0].Reason.ShouldBe("rebalanced: node n1 has 3 tasks, node n3 has 0");
    }

    [Fact]
    public void Compute_DifferenceOfOne_MovesNothing() => Rebalancer.Compute(Snapshot(A.Service(), ("n1", 2), ("n2", 1), ("n3", 1))).Moves.ShouldBeEmpty();

    [Fact]
    public void Compute_MoreMovesThanAllowed_StopsThere() =>
        Rebalancer.Compute(Snapshot(A.Service(), ("n1", 8), ("n2", 0)) with { MaxMoves = 2 }).Moves.Length.ShouldBe(2);

    [Fact]
    public void Compute_JoinedNodeIsCordoned_MovesNothing()
    {
        var snapshot = Snapshot(A.Service(), ("n1", 4), ("n2", 0));
        var cordoned = snapshot.Cluster with { Nodes = [snapshot.Cluster.Nodes[0], snapshot.Cluster.Nodes[1].With(NodeAvailability.Cordoned)] };
        Rebalancer.Compute(snapshot with { Cluster = cordoned }).Moves.ShouldBeEmpty();
    }

    /// <summary>A move has just been carried out, and the node that the task left has not taken its promise back yet.</summary>
    [Fact]
    public void Compute_NodeHoldsRoomForATaskThatHasLeft_DoesNotCountIt()
    {
        var snapshot = Snapshot(A.Service(), ("n1", 2), ("n2", 3), ("n3", 3), ("n4", 1));
        var left = snapshot.Movable.First(task => task.Node == new NodeId("n2"));
        Rebalancer.Compute(snapshot with { Movable = snapshot.Movable.Remove(left) }).Moves
            .Select(move => (move.From.Value, move.To.Value)).ShouldBe([("n3", "n4")]);
    }

    [Fact]
    public void Compute_BinPack_LeavesNodesAsTheyAre() =>
        Rebalancer.Compute(Snapshot(A.Service() with { Placement = new() { Strategy = PlacementStrategy.BinPack } }, ("n1", 4), ("n2", 0)))
            .Moves.ShouldBeEmpty();

    [Fact]
    public void Compute_NewZone_EvensOutZonesBeforeNodes()
    {
        var snapshot = Snapshot(A.Service() with { Placement = new() { Spread = ["node.labels.zone"] } }, ("n1", 2), ("n2", 2), ("n3", 0));
        var zoned = snapshot.Cluster.Nodes.Select(node => node.WithLabel("zone", node.Id.Value == "n3" ? "b" : "a"));
        var moves = Rebalancer.Compute(snapshot with { Cluster = snapshot.Cluster with { Nodes = [.. zoned] } }).Moves;
        moves.Select(move => (move.From.Value, move.To.Value)).ShouldBe([("n1", "n3"), ("n2", "n3")]);
        moves[0].Reason.ShouldBe("rebalanced: node.labels.zone 'a' has 4 tasks, node.labels.zone 'b' has 0");
    }

    [Fact]
    public void Compute_OneZoneUnevenInside_EvensItOut()
    {
        var snapshot = Snapshot(A.Service() with { Placement = new() { Spread = ["node.labels.zone"] } }, ("n1", 3), ("n2", 0), ("n3", 3));
        var zoned = snapshot.Cluster.Nodes.Select(node => node.WithLabel("zone", node.Id.Value == "n3" ? "b" : "a"));
        Rebalancer.Compute(snapshot with { Cluster = snapshot.Cluster with { Nodes = [.. zoned] } }).Moves
            .Select(move => (move.From.Value, move.To.Value)).ShouldBe([("n1", "n2")]);
    }

    [Fact]
    public void Compute_AnyCounts_EndsEvenAndThenDoesNothing() => Sampled.Check(
        random => Enumerable.Range(0, random.Next(2, 7)).Select(i => ($"n{i}", random.Next(0, 6))).ToArray(),
        counts =>
        {
            var snapshot = Snapshot(A.Service(), counts);
            var after = After(snapshot, Rebalancer.Compute(snapshot));
            var tasks = after.Cluster.Nodes.Select(node => node.Reservations.Length).ToArray();
            (tasks.Max() - tasks.Min()).ShouldBeLessThanOrEqualTo(1);
            tasks.Sum().ShouldBe(counts.Sum(count => count.Item2));
            Rebalancer.Compute(after).Moves.ShouldBeEmpty();
        },
        count: 100);

    private static RebalanceSnapshot Snapshot(ServiceSpec spec, params (string Node, int Tasks)[] counts)
    {
        var number = 100;
        var tasks = counts.SelectMany(count => Enumerable.Range(0, count.Tasks).Select(_ => (count.Node, Id: $"web.{++number}.{number}"))).ToArray();
        var nodes = counts.Select(count => tasks.Where(task => task.Node == count.Node).Aggregate(A.Node(count.Node), (node, task) => node.Running(task.Id)));
        return new()
        {
            Cluster = A.Snapshot(nodes),
            Requirements = A.Requirements(spec),
            Movable = [.. tasks.Select(task => A.Task(task.Id, TaskState.Running, task.Node))],
            MaxMoves = 100,
        };
    }

    private static RebalanceSnapshot After(RebalanceSnapshot snapshot, RebalancePlan plan)
    {
        var to = plan.Moves.ToDictionary(move => move.Task, move => move.To);
        var movable = snapshot.Movable.Select(task => to.TryGetValue(task.Id, out var node) ? task with { Node = node } : task).ToArray();
        var nodes = snapshot.Cluster.Nodes.Select(node =>
            node with { Reservations = [.. movable.Where(task => task.Node == node.Id).Select(task => A.Reservation(task.Id.ToString()))] });
        return snapshot with { Movable = [.. movable], Cluster = snapshot.Cluster with { Nodes = [.. nodes] } };
    }
}
