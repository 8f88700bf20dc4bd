using Warren.Agent.Hosting;

namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>Where an agent works, the same for the test and for the agents that it kills.</summary>
internal sealed record HostedPlace(string Folder, string Socket, string State, string Namespace, TimeSpan StrayGrace)
{
    public string RunFolder => Path.Combine(Folder, "run");

    public string DataFolder => Path.Combine(Folder, "data");

    public WorkerOptions ToOptions() => new()
    {
        DataDirectory = DataFolder,
        RunDirectory = RunFolder,
        Containerd = new() { SocketPath = Socket, Namespace = Namespace, StateDirectory = State, MaxReconnectDelay = TimeSpan.FromMilliseconds(500) },
        Images = new() { FirstPause = TimeSpan.FromMilliseconds(20), MaxPause = TimeSpan.FromMilliseconds(100) },
        StrayGracePeriod = StrayGrace,
    };
}
