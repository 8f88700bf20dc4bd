using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;

namespace Warren.Grains.Scheduling;

/// <summary>A task and the node chosen for it.</summary>
/// <param name="Task">The task.</param>
/// <param name="Node">The node, which still has to admit it.</param>
/// <param name="Suitable">How many nodes were suitable when its kind was placed.</param>
internal readonly record struct Placement(PendingTask Task, NodeId Node, int Suitable)
{
    /// <summary>Why this node, for people. Made when asked for: there are many placements and few readers.</summary>
    public string Reason => Task.Id.Slot.Node is not null ? "the node of its slot"
        : Suitable == 1 ? "the only suitable node"
        : Task.Requirements.Placement.Strategy == PlacementStrategy.BinPack ? $"the fullest of {Suitable} suitable nodes"
        : $"spread over {Suitable} suitable nodes";

    /// <summary>What the node is asked to promise.</summary>
    public NodeReservation ToReservation() => new()
    {
        Task = Task.Id,
        Resources = Task.Requirements.Resources,
        HostPorts = Task.Requirements.HostPorts,
        MaxPerNode = Task.Requirements.Placement.MaxPerNode,
    };
}
