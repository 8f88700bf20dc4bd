using Warren.Nodes;

namespace Warren.Grains.Clusters;

/// <summary>A node that has joined by token.</summary>
/// <param name="Role">What as.</param>
/// <param name="Key">The SHA-256 digest of its public key.</param>
/// <param name="At">When it joined first.</param>
/// <param name="EndsAt">When the last of its certificates ends; null: it is one of an older release.</param>
/// <param name="RemovedAt">When it was removed, which is for good; null: it was not.</param>
internal sealed record JoinedNode(NodeRole Role, string Key, DateTimeOffset At, DateTimeOffset? EndsAt = null, DateTimeOffset? RemovedAt = null);
