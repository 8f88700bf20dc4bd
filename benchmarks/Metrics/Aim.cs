namespace Warren.Benchmarks.Metrics;

/// <summary>What a figure should be.</summary>
/// <param name="Metric">The figure's name.</param>
/// <param name="Limit">The value to reach.</param>
/// <param name="IsLeast">Whether more is better; else less is.</param>
/// <param name="IsPromise">Whether a miss is an error and not only slow.</param>
internal sealed record Aim(string Metric, double Limit, bool IsLeast, bool IsPromise = false)
{
    public static Aim AtLeast(string metric, double limit) => new(metric, limit, IsLeast: true);

    public static Aim AtMost(string metric, double limit) => new(metric, limit, IsLeast: false);

    /// <summary>It must never happen.</summary>
    public static Aim Never(string metric) => new(metric, 0, IsLeast: false, IsPromise: true);

    public bool IsMet(double value) => IsLeast ? value >= Limit : value <= Limit;
}
