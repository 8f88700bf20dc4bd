using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Tasks;
using Warren.Usage;

namespace Warren.Silo.Api.Stats;

/// <summary>What is known of a node's use at a moment.</summary>
/// <param name="Node">The node.</param>
/// <param name="Name">Its name.</param>
/// <param name="Use">What it uses; null: that is not known.</param>
/// <param name="Notice">Why not.</param>
/// <param name="Expected">The tasks that are meant to run there, for a node that says nothing of them.</param>
internal sealed record NodeFinding(NodeId Node, string Name, NodeUse? Use, string Notice, ImmutableArray<TaskId> Expected);
