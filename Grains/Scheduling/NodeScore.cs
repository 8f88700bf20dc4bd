using Warren.Services;

namespace Warren.Grains.Scheduling;

/// <summary>How well a node suits; the least is the best. Compared field by field, so that no weight has to be right.</summary>
/// <param name="Tasks">Tasks of the service there, when they are spread; 0 when nodes are filled up.</param>
/// <param name="Load">How full it would be; negative when nodes are filled up.</param>
/// <param name="Tie">Decides between equals, differently for each service; when even that is equal, the order of the nodes' ids does.</param>
internal readonly record struct NodeScore(int Tasks, double Load, ulong Tie) : IComparable<NodeScore>
{
    /// <summary>A node that has the image is as good as one that is emptier by this: a pull is dear, but one node must not get everything.</summary>
    private const double ImageBonus = 0.05;

    public static NodeScore Of(TaskGroup group, WorkingNode node)
    {
        var load = node.LoadWith(group.Requirements.Resources);
        var tie = group.TieOf(node.Hash);
        return group.Requirements.Placement.Strategy == PlacementStrategy.BinPack
            ? new(0, -load - (node.HasImage ? ImageBonus : 0), tie)
            : new(node.ServiceTasks, load - (node.HasImage ? ImageBonus : 0), tie);
    }

    public int CompareTo(NodeScore other)
    {
        if (Tasks != other.Tasks) return Tasks.CompareTo(other.Tasks);
        if (Load != other.Load) return Load.CompareTo(other.Load);
        return Tie.CompareTo(other.Tie);
    }
}
