namespace Warren.Agent.Hosting;

/// <summary>What runs the containers of a worker.</summary>
public enum RuntimeKind
{
    /// <summary>containerd.</summary>
    Containerd = 0,

    /// <summary>Nothing: containers are pretended, for tests of scale. The worker says so at its start.</summary>
    Fake = 1,
}
