using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>Which services have to hear of each change of the nodes.</summary>
internal static class NodeFollowing
{
    /// <summary>Whether tasks come and go, or move, with nodes.</summary>
    public static bool FollowsNodes(this ServiceSpec spec) => spec.Mode == ServiceMode.Global || spec.Placement.Rebalance;
}
