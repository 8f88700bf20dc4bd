using System.Net;
using Warren.Containers;

namespace Warren.Agent.Network;

/// <summary>A port of the node that leads to one of a container.</summary>
/// <param name="Protocol">tcp or udp.</param>
/// <param name="HostAddress">The node's address, or null for all.</param>
/// <param name="HostPort">The node's port.</param>
/// <param name="ContainerPort">The container's port.</param>
public sealed record PublishedPort(PortProtocol Protocol, IPAddress? HostAddress, int HostPort, int ContainerPort);
