namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>What an agent was doing to a container.</summary>
internal enum LifeStage
{
    Preparing,
    Starting,
    Stopping,
    Removing,
}
