namespace Warren.Agent.Health;

/// <summary>What a probe's answer decides.</summary>
public enum ProbeKind
{
    /// <summary>Whether the container goes on running.</summary>
    Liveness = 0,

    /// <summary>Whether it gets traffic.</summary>
    Readiness = 1,
}
