namespace Warren.Grains.Tests.Simulation;

/// <summary>How unkind the simulated world is. Probabilities are from 0 to 1.</summary>
internal sealed record FaultPlan
{
    public static readonly FaultPlan None = new();

    /// <summary>Of each message.</summary>
    public double Loss { get; init; }

    /// <summary>Of each message, to come a second time later.</summary>
    public double Duplicate { get; init; }

    /// <summary>Of each decision, that the manager dies after it stored it and before it told anyone.</summary>
    public double ManagerDies { get; init; }

    /// <summary>Of each container, to fail while it starts.</summary>
    public double FailsAtStart { get; init; }

    /// <summary>Of each container, to fail some time later.</summary>
    public double FailsLater { get; init; }

    /// <summary>The slowest message.</summary>
    public TimeSpan MaxLatency { get; init; } = TimeSpan.FromMilliseconds(50);
}
