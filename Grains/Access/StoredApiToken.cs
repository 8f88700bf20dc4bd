using Warren.Access;

namespace Warren.Grains.Access;

/// <summary>A token, and the hash of its secret.</summary>
internal sealed record StoredApiToken(ApiTokenRecord Record, string Hash);
