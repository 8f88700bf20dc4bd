using Orleans.Concurrency;

namespace Warren.Nodes;

/// <summary>A node's agent, as its grain calls it.</summary>
[Alias("warren.node-agent")]
public interface INodeAgent : IGrainObserver
{
    /// <summary>The assignments have changed. May be lost, doubled and out of order; see <see cref="AssignmentMessage"/>.</summary>
    [Alias("AssignAsync"), OneWay]
    Task AssignAsync(long session, AssignmentMessage message);
}
