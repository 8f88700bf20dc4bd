using Warren.Clusters;

namespace Warren.Grains.Clusters;

/// <summary>A token, and the hash of its secret.</summary>
internal sealed record StoredToken(JoinTokenRecord Record, string Hash);
