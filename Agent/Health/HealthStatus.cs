namespace Warren.Agent.Health;

/// <summary>What the checks of one probe say together. It goes back and forth, but never back to <see cref="Starting"/>.</summary>
public enum HealthStatus
{
    /// <summary>No check has succeeded yet, and not enough have failed.</summary>
    Starting = 0,

    /// <summary>The last check that counts succeeded, or fewer have failed since than it takes.</summary>
    Healthy = 10,

    /// <summary>As many checks in a row have failed as it takes.</summary>
    Unhealthy = 20,
}
