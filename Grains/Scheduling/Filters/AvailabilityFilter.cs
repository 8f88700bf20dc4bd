using Warren.Nodes;

namespace Warren.Grains.Scheduling.Filters;

/// <summary>The operator lets the node take tasks.</summary>
internal sealed class AvailabilityFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node) => Check(node.Record);

    public static Refusal Check(NodeRecord node) => node.Spec.Availability switch
    {
        NodeAvailability.Active => Refusal.None,
        NodeAvailability.Drained => new(RefusalKind.Drained),
        _ => new(RefusalKind.Cordoned),
    };
}
