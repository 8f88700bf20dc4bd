namespace Warren.Agent.Images.Containerd;

/// <summary>A name in containerd's image store.</summary>
/// <param name="Name">The name.</param>
/// <param name="Target">Digest of the index or manifest.</param>
/// <param name="TargetType">Its media type.</param>
/// <param name="TargetSize">Its bytes.</param>
/// <param name="LastUsed">When a container of it was last made, or it was got.</param>
internal sealed record ImageRecord(string Name, string Target, string TargetType, long TargetSize, DateTimeOffset LastUsed);
