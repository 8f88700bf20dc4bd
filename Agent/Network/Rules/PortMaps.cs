using System.Net;
using System.Net.Sockets;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Records;

namespace Warren.Agent.Network.Rules;

/// <summary>Which map elements publish a container's ports.</summary>
internal static class PortMaps
{
    public const string Any4 = "ports4", Any6 = "ports6", Own4 = "own_ports4", Own6 = "own_ports6", Loopback6 = "loopback_ports6";

    public static IReadOnlyList<string> Names(bool hasIpv6) => hasIpv6 ? [Any4, Own4, Any6, Own6, Loopback6] : [Any4, Own4];

    /// <param name="attachment">The container.</param>
    /// <param name="loop">The detour of ::1; null without IPv6.</param>
    public static IEnumerable<MapElement> ElementsOf(AttachmentRecord attachment, LoopAddresses? loop)
    {
        foreach (var port in attachment.Ports)
        {
            var host = port.HostAddress;
            MapElement Element(string map, IPAddress? key, IPAddress? target) =>
                MapElement.Create(map, key, port.Protocol, port.HostPort, target, port.ContainerPort);

            if (attachment.Ipv4 is { } ipv4 && host is null or { AddressFamily: AddressFamily.InterNetwork })
                yield return host is null || host.IsWildcard() ? Element(Any4, null, ipv4) : Element(Own4, host, ipv4);
            if (loop is null || attachment.Ipv6 is not { } ipv6 || host is { AddressFamily: AddressFamily.InterNetwork }) continue;
            var isLoopback = host is not null && IPAddress.IsLoopback(host);
            if (host is null || host.IsWildcard()) yield return Element(Any6, null, ipv6);
            else if (!isLoopback) yield return Element(Own6, host, ipv6);
            if (host is not null && !host.IsWildcard() && !isLoopback) continue;
            yield return Element(Loopback6, null, null);
            yield return Element(Own6, loop.Target, ipv6);
        }
    }
}
