using Warren.Nodes;

namespace Warren.Grains.Clusters;

/// <summary>A node that has joined by token.</summary>
/// <param name="Role">What as.</param>
/// <param name="Key">The SHA-256 digest of its public key.</param>
/// <param name="At">When it joined first.</param>
internal sealed record JoinedNode(NodeRole Role, string Key, DateTimeOffset At);
