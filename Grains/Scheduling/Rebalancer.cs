using System.Collections.Immutable;
using System.Globalization;
using Warren.Grains.Scheduling.Filters;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Scheduling;

/// <summary>
/// Finds moves for a service that asked to be rebalanced, after a node joined. A move is worth its cost only if it takes a difference of two or
/// more between two values of a spread attribute, or two nodes, down: so it never goes back and forth, and ends.
/// </summary>
internal static class Rebalancer
{
    /// <summary>Equal snapshots give equal plans; a plan carried out leaves nothing to do.</summary>
    public static RebalancePlan Compute(RebalanceSnapshot snapshot)
    {
        var requirements = snapshot.Requirements;
        var group = new TaskGroup(requirements, (ulong)snapshot.Cluster.Seed);
        var cluster = WorkingCluster.Of(WithoutLeft(snapshot), [requirements.Image]);
        var movable = snapshot.Movable.Where(task => task.Node is not null && task.Id.Slot.Node is null)
            .GroupBy(task => task.Node!.Value)
            .Where(tasks => cluster.Find(tasks.Key) is not null)
            .ToDictionary(
                tasks => cluster.Find(tasks.Key)!.Index,
                tasks => new Stack<TaskId>(tasks.Select(task => task.Id).OrderBy(id => id.Generation).ThenBy(id => id)));
        var moves = ImmutableArray.CreateBuilder<RebalanceMove>();
        while (moves.Count < snapshot.MaxMoves)
        {
            cluster.Prepare(group);
            if (Find(cluster, group, movable) is not { } found) break;

            // The newest task has the least to lose.
            var task = movable[found.From.Index].Pop();
            cluster.Place(group, found.To);
            cluster.Leave(requirements.Service, found.From);
            moves.Add(new(task, found.From.Record.Id, found.To.Record.Id, found.Reason));
        }

        return new(moves.DrainToImmutable());
    }

    // The service knows that a task has left before its node has taken its promise back; counted on both, it would move others for nothing.
    private static SchedulingSnapshot WithoutLeft(RebalanceSnapshot snapshot)
    {
        var there = snapshot.Movable.Select(task => task.Id).ToHashSet();
        return snapshot.Cluster with
        {
            Nodes = [.. snapshot.Cluster.Nodes.Select(node => node.Reservations.Any(HasLeft) ? node with { Reservations = node.Reservations.RemoveAll(HasLeft) } : node)],
        };

        bool HasLeft(NodeReservation held) => held.Task.Service == snapshot.Requirements.Service && !there.Contains(held.Task);
    }

    private static Move? Find(WorkingCluster cluster, TaskGroup group, IReadOnlyDictionary<int, Stack<TaskId>> movable)
    {
        var placement = group.Requirements.Placement;
        var places = cluster.Nodes.Where(node => node.KeepsTasks).Select(node => new Place(
            node,
            [.. placement.Spread.Select(attribute => cluster.Values(attribute)[node.Index])],
            movable.TryGetValue(node.Index, out var tasks) && tasks.Count > 0,
            FilterPipeline.Check(group, node).Kind == RefusalKind.None)).ToArray();
        return Find(group, places, placement, 0);
    }

    /// <summary>Compares the values of one attribute, then, within each of them, those of the next; at last the nodes.</summary>
    private static Move? Find(TaskGroup group, Place[] places, PlacementSpec placement, int depth)
    {
        if (depth == placement.Spread.Length)
        {
            return placement.Strategy == PlacementStrategy.Spread
                ? Between(group, places.Select(place => new[] { place }), place => $"node {place.Node.Record.Id}")
                : null;
        }

        var values = places.GroupBy(place => place.Values[depth], StringComparer.Ordinal).OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => value.ToArray()).ToArray();
        return Between(group, values, place => $"{placement.Spread[depth]} '{place.Values[depth]}'")
            ?? values.Select(value => Find(group, value, placement, depth + 1)).FirstOrDefault(move => move is not null);
    }

    private static Move? Between(TaskGroup group, IEnumerable<Place[]> parts, Func<Place, string> name)
    {
        var counted = parts.Select(part => (Places: part, Tasks: part.Sum(place => place.Node.ServiceTasks))).ToArray();
        var most = counted.Where(part => part.Places.Any(place => place.HasMovable)).OrderByDescending(part => part.Tasks).FirstOrDefault();
        var least = counted.Where(part => part.Places.Any(place => place.IsSuitable)).OrderBy(part => part.Tasks)
            .ThenBy(part => part.Places.Where(place => place.IsSuitable).Min(place => NodeScore.Of(group, place.Node))).FirstOrDefault();
        if (most.Places is null || least.Places is null || most.Tasks - least.Tasks < 2) return null;
        var from = most.Places.Where(place => place.HasMovable).OrderByDescending(place => place.Node.ServiceTasks).ThenBy(place => place.Node.Index).First();
        var to = least.Places.Where(place => place.IsSuitable).MinBy(place => NodeScore.Of(group, place.Node))!;
        var reason = string.Create(
            CultureInfo.InvariantCulture, $"rebalanced: {name(from)} has {most.Tasks} tasks, {name(to)} has {least.Tasks}");
        return new(from.Node, to.Node, reason);
    }

    private sealed record Place(WorkingNode Node, string[] Values, bool HasMovable, bool IsSuitable);

    private sealed record Move(WorkingNode From, WorkingNode To, string Reason);
}
