using Warren.Nodes;

namespace Warren.Grains.Scheduling.Filters;

/// <summary>The node holds its lease.</summary>
internal sealed class ReadyFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node) => Check(node.Record);

    public static Refusal Check(NodeRecord node) => node.Status.Condition switch
    {
        NodeCondition.Ready => Refusal.None,
        NodeCondition.Lost => new(RefusalKind.Lost),
        _ => new(RefusalKind.Unreachable),
    };
}
