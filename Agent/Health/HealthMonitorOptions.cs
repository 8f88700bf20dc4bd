namespace Warren.Agent.Health;

/// <summary>Bounds of the health monitor.</summary>
public sealed record HealthMonitorOptions
{
    /// <summary>How many checks run at once on the node; more wait their turn. At least 1. Default: 64.</summary>
    public int MaxChecks { get; init; } = 64;

    /// <summary>How many changes wait to be read; while so many do, the probes that have more pause. At least 1. Default: 1024.</summary>
    public int MaxChanges { get; init; } = 1024;

    /// <summary>How long after its time-out a check may take to end before its container counts as not answering. Default: 2 s.</summary>
    public TimeSpan EndLimit { get; init; } = TimeSpan.FromSeconds(2);
}
