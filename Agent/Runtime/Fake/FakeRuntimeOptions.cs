namespace Warren.Agent.Runtime.Fake;

/// <summary>How the fake runtime works.</summary>
public sealed class FakeRuntimeOptions
{
    /// <summary>
    /// A file that keeps the containers through a restart of the agent; made when it does not exist. Default: none, containers end with the agent.
    /// </summary>
    public string? StateFile { get; set; }

    /// <summary>How long a start takes, unless the container says otherwise. Default: none.</summary>
    public TimeSpan StartDelay { get; set; }

    /// <summary>As <see cref="Containerd.ContainerdOptions.WatchCapacity"/>. Default: 1024.</summary>
    public int WatchCapacity { get; set; } = 1024;
}
