using Warren.Containers;

namespace Warren.Tasks;

/// <summary>A published port of a running task.</summary>
/// <param name="ContainerPort">The container's port.</param>
/// <param name="HostPort">The node's port, also where the node chose it.</param>
/// <param name="Protocol">Its transport.</param>
/// <param name="HostAddress">The node's address. Null: all.</param>
[GenerateSerializer, Alias("warren.task-port"), Immutable]
public sealed record TaskPort(int ContainerPort, int HostPort, PortProtocol Protocol, string? HostAddress);
