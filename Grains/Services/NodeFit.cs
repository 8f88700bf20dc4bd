using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>Whether a node is one for tasks that are already there.</summary>
internal static class NodeFit
{
    /// <summary>The first constraint that a node does not meet, null if it meets all.</summary>
    public static string? UnmetConstraint(NodeRecord node, PlacementSpec placement)
    {
        foreach (var text in placement.Constraints)
        {
            if (!PlacementConstraint.Parse(text).IsMetBy(node.Id, node.Spec, node.Description)) return text;
        }

        return null;
    }
}
