using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network.Support;

/// <summary>What a test tells the agent's process to do, as a line of JSON.</summary>
internal sealed record AgentCommand(
    int Number, string Verb, string? Id = null, NetworkMode Mode = NetworkMode.Bridge, PortSpec[]? Ports = null, string[]? Keep = null);
