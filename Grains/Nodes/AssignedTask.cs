using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>A task that a node is meant to have. Two are equal if the agent has nothing to hear of the difference.</summary>
/// <param name="SpecVersion">The version of the service's spec that it runs.</param>
/// <param name="Desired">What is to become of it.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="FilesVersion">The version whose template has what its files that are replaced in place hold. 0: its own.</param>
internal sealed record AssignedTask(long SpecVersion, DesiredState Desired, string Reason, long FilesVersion = 0);
