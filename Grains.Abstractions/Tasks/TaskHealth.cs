namespace Warren.Tasks;

/// <summary>What the probes of a running task say. Comes and goes.</summary>
[GenerateSerializer]
public enum TaskHealth
{
    /// <summary>There is no readiness probe: a running task is ready. Also before it runs.</summary>
    Unprobed = 0,

    /// <summary>The readiness probe has not succeeded yet.</summary>
    Starting = 1,

    /// <summary>It takes traffic.</summary>
    Ready = 2,

    /// <summary>The readiness probe fails: no traffic.</summary>
    Unready = 3,

    /// <summary>The liveness probe has failed: it is being stopped.</summary>
    Unhealthy = 4,
}
