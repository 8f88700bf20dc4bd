using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Warren.Grains.Scheduling.Filters;
using Warren.Scheduling;
using Warren.Services;

namespace Warren.Grains.Scheduling;

/// <summary>
/// Chooses nodes for pending tasks, a batch at a time. Tasks with the same requirements are one group: nodes are filtered once for the group, and
/// each of its tasks then takes the best one from a heap, so that the cost grows with groups times nodes and not with tasks times nodes.
/// </summary>
internal static class Scheduler
{
    /// <summary>Equal snapshots give equal plans, whatever the order of their collections.</summary>
    public static PlacementPlan Compute(SchedulingSnapshot snapshot)
    {
        var groups = Groups(snapshot);
        var cluster = WorkingCluster.Of(snapshot, groups.Select(group => group.Requirements.Image).Where(image => image.Length > 0));
        var place = ImmutableArray.CreateBuilder<Placement>(snapshot.Pending.Length);
        var left = new List<(TaskGroup Group, List<PendingTask> Tasks)>();
        foreach (var group in groups)
        {
            cluster.Prepare(group);
            var waiting = group.IsOnGivenNodes ? PlaceOnGivenNodes(cluster, group, place) : PlaceOnBestNodes(cluster, group, place);
            if (waiting.Count > 0) left.Add((group, waiting));
        }

        // Reasons are told of the nodes as they are in the end, so that the next run tells the same.
        var wait = ImmutableArray.CreateBuilder<WaitingTask>(left.Sum(group => group.Tasks.Count));
        foreach (var (group, tasks) in left) Explain(cluster, group, tasks, wait);
        return new(place.DrainToImmutable(), wait.DrainToImmutable());
    }

    /// <summary>The candidates for a group, by its spread attributes; and how many.</summary>
    internal static (Branch Root, int Suitable) Candidates(WorkingCluster cluster, TaskGroup group)
    {
        var values = group.Requirements.Placement.Spread.Select(cluster.Values).ToArray();
        var (root, suitable) = (new Branch(group, ""), 0);
        foreach (var node in cluster.Nodes)
        {
            var isCandidate = FilterPipeline.Check(group, node).Kind == RefusalKind.None;
            if (isCandidate) suitable++;
            if (isCandidate || (node.ServiceTasks > 0 && node.KeepsTasks)) root.Add(values, 0, node, isCandidate);
        }

        root.Seal();
        return (root, suitable);
    }

    private static List<TaskGroup> Groups(SchedulingSnapshot snapshot)
    {
        var groups = new Dictionary<(ServiceName, long), TaskGroup>();
        foreach (var task in snapshot.Pending)
        {
            var requirements = task.Requirements;
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, (requirements.Service, requirements.SpecVersion), out _);
            (group ??= new(requirements, (ulong)snapshot.Seed)).Add(task);
        }

        var ordered = groups.Values.ToList();
        foreach (var group in ordered)
        {
            group.Tasks.Sort((left, right) =>
            {
                var bySince = left.Since.CompareTo(right.Since);
                return bySince != 0 ? bySince : left.Id.CompareTo(right.Id);
            });
        }

        ordered.Sort(TaskGroup.Compare);
        return ordered;
    }

    /// <returns>The tasks that could not be placed.</returns>
    private static List<PendingTask> PlaceOnGivenNodes(WorkingCluster cluster, TaskGroup group, ImmutableArray<Placement>.Builder place)
    {
        var waiting = new List<PendingTask>();
        foreach (var task in group.Tasks)
        {
            if (task.Id.Slot.Node is { } id && cluster.Find(id) is { } node && FilterPipeline.Check(group, node).Kind == RefusalKind.None)
            {
                cluster.Place(group, node);
                place.Add(new(task, id, 1));
            }
            else
            {
                waiting.Add(task);
            }
        }

        return waiting;
    }

    /// <returns>The tasks that could not be placed.</returns>
    private static List<PendingTask> PlaceOnBestNodes(WorkingCluster cluster, TaskGroup group, ImmutableArray<Placement>.Builder place)
    {
        var next = 0;
        var isAgain = true;
        while (isAgain && next < group.Tasks.Count)
        {
            isAgain = false;
            var (root, suitable) = Candidates(cluster, group);
            while (next < group.Tasks.Count && !root.IsEmpty && !isAgain)
            {
                var node = root.Best();
                isAgain = cluster.Place(group, node);
                place.Add(new(group.Tasks[next++], node.Record.Id, suitable));
                root.Took(FilterPipeline.CanTakeMore(group, node));
            }
        }

        return group.Tasks[next..];
    }

    private static void Explain(WorkingCluster cluster, TaskGroup group, List<PendingTask> tasks, ImmutableArray<WaitingTask>.Builder wait)
    {
        cluster.Prepare(group);
        if (group.IsOnGivenNodes)
        {
            foreach (var task in tasks)
            {
                var node = task.Id.Slot.Node is { } id ? cluster.Find(id) : null;
                wait.Add(new(task, RefusalSummary.Of([node is null ? new(RefusalKind.Unknown) : FilterPipeline.Check(group, node)])));
            }

            return;
        }

        var refusals = RefusalSummary.Of(cluster.Nodes.Select(node => FilterPipeline.Check(group, node)));
        foreach (var task in tasks) wait.Add(new(task, refusals));
    }
}
