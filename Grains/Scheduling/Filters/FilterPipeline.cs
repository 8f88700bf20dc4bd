namespace Warren.Grains.Scheduling.Filters;

/// <summary>The filters in their order: what is cheap and lasting first, what changes with each placed task last.</summary>
internal static class FilterPipeline
{
    private static readonly IPlacementFilter[] s_lasting = [new ReadyFilter(), new AvailabilityFilter(), new PlatformFilter(), new ConstraintFilter()];

    private static readonly IPlacementFilter[] s_changing = [new ResourceFilter(), new HostPortFilter(), new VolumeFilter(), new MaxPerNodeFilter()];

    /// <summary>The first reason why a node cannot take a task of the group.</summary>
    public static Refusal Check(TaskGroup group, WorkingNode node)
    {
        var refusal = First(s_lasting, group, node);
        return refusal.Kind == RefusalKind.None ? First(s_changing, group, node) : refusal;
    }

    /// <summary>Whether a node that took one task can take another.</summary>
    public static bool CanTakeMore(TaskGroup group, WorkingNode node) => First(s_changing, group, node).Kind == RefusalKind.None;

    private static Refusal First(IPlacementFilter[] filters, TaskGroup group, WorkingNode node)
    {
        foreach (var filter in filters)
        {
            var refusal = filter.Check(group, node);
            if (refusal.Kind != RefusalKind.None) return refusal;
        }

        return Refusal.None;
    }
}
