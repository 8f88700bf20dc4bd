namespace Warren.Agent.Images;

/// <summary>When images are removed to free the disk. The disk is the file system of containerd's root. All problems are reported together when the agent starts.</summary>
public sealed record ImageCollectionPolicy
{
    /// <summary>Begin at this share of the disk in use, in percent, above <see cref="LowPercent"/>, at most 100. Default: 85.</summary>
    public int HighPercent { get; init; } = 85;

    /// <summary>Stop at this share of the disk in use, in percent, at least 0. Default: 80.</summary>
    public int LowPercent { get; init; } = 80;

    /// <summary>An image used more recently than this is kept. Default: 2 minutes.</summary>
    public TimeSpan MinAge { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often the disk is looked at, at least 1 second. Default: 5 minutes.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A line for each problem, with the option, the rule and the value; none when all is well.</summary>
    public IEnumerable<string> FindProblems()
    {
        if (HighPercent is < 1 or > 100) yield return $"--image-high-percent: must be 1 to 100, was {HighPercent}";
        if (LowPercent < 0 || LowPercent >= HighPercent) yield return $"--image-low-percent: must be at least 0 and below --image-high-percent, was {LowPercent}";
        if (MinAge < TimeSpan.Zero) yield return $"--image-min-age: must not be negative, was {MinAge}";
        if (Interval < TimeSpan.FromSeconds(1)) yield return $"--image-interval: must be at least 1 second, was {Interval}";
    }
}
