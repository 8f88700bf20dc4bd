namespace Warren.Agent.Images;

/// <summary>When images are removed to free the disk. The disk is the file system of containerd's root.</summary>
public sealed record ImageCollectionPolicy
{
    /// <summary>Begin at this share of the disk in use, in percent, above <see cref="LowPercent"/>, at most 100. Default: 85.</summary>
    public int HighPercent { get; init; } = 85;

    /// <summary>Stop at this share of the disk in use, in percent, at least 0. Default: 80.</summary>
    public int LowPercent { get; init; } = 80;

    /// <summary>An image used more recently than this is kept. Default: 2 minutes.</summary>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromMinutes(2);
}
