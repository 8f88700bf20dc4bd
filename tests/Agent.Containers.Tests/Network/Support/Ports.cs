using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network.Support;

/// <summary>What containers ask to publish.</summary>
internal static class Ports
{
    public static PortSpec Tcp(int container, int? host = null, string? address = null) =>
        new() { ContainerPort = container, HostPort = host, HostAddress = address };

    public static PortSpec Udp(int container, int? host = null, string? address = null) =>
        Tcp(container, host, address) with { Protocol = PortProtocol.Udp };

    public static PortSpec Of(PortProtocol protocol, int container, int? host = null, string? address = null) =>
        Tcp(container, host, address) with { Protocol = protocol };
}
