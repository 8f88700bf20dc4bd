using System.Globalization;

namespace Warren.Grains.Scheduling.Filters;

/// <summary>The node has fewer tasks of the service than it may.</summary>
internal sealed class MaxPerNodeFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node) => Check(node.ServiceTasks, group.Requirements.Placement.MaxPerNode);

    public static Refusal Check(int tasks, int? most) => most is { } limit && tasks >= limit
        ? new(RefusalKind.MaxPerNode, limit.ToString(CultureInfo.InvariantCulture))
        : Refusal.None;
}
