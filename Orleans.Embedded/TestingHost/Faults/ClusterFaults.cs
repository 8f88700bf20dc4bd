namespace Orleans.TestingHost;

/// <summary>What a test can do to the links and silos of a cluster. The client is one more node.</summary>
internal sealed class ClusterFaults(InMemoryNetwork network)
{
    public const string Client = "client";

    /// <summary>As SIGSTOP.</summary>
    public void Pause(InProcessSiloHandle silo) => silo.Faults.Pause();

    /// <summary>As SIGCONT.</summary>
    public void Resume(InProcessSiloHandle silo) => silo.Faults.Resume();

    /// <summary>Nothing arrives that one node sends to another, until <see cref="Heal(string, string)"/>; then all of it does.</summary>
    public void Partition(string from, string to) => network.Link(from, to).Hold();

    public void Heal(string from, string to) => network.Link(from, to).Release();

    /// <summary>Nothing passes between two silos, in either direction.</summary>
    public void Partition(InProcessSiloHandle one, InProcessSiloHandle other)
    {
        Partition(one.Name, other.Name);
        Partition(other.Name, one.Name);
    }

    public void Heal(InProcessSiloHandle one, InProcessSiloHandle other)
    {
        Heal(one.Name, other.Name);
        Heal(other.Name, one.Name);
    }

    /// <summary>Each batch of bytes from one node to another takes so long; zero for no delay.</summary>
    public void Delay(string from, string to, TimeSpan delay) => network.Link(from, to).Delay = delay;

    /// <summary>Resets the connections between two nodes; new ones can be made at once.</summary>
    public void Cut(string one, string other) => network.Cut(one, other);
}
