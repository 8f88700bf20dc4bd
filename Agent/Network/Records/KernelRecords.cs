using System.Net;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Rules;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.Records;

/// <summary>Reads from the kernel what the containers have, when the records are lost.</summary>
internal sealed class KernelRecords(NamespaceFolder namespaces, IpSubnet ipv4, IpSubnet? ipv6)
{
    /// <param name="elements">The published ports.</param>
    public IEnumerable<AttachmentRecord> Read(IReadOnlySet<MapElement> elements)
    {
        foreach (var id in namespaces.List().Where(namespaces.Exists)) yield return Compose(id, ReadAddresses(id), elements);
    }

    /// <summary>What a container must have been given, by its addresses and by the ports that lead to them.</summary>
    public AttachmentRecord Compose(ContainerId id, IReadOnlyList<IPAddress> addresses, IReadOnlySet<MapElement> elements)
    {
        if (addresses.FirstOrDefault(ipv4.Contains) is not { } four) return new(id, NetworkMode.None, null, null, null, []);
        var six = addresses.FirstOrDefault(address => ipv6?.Contains(address) == true);
        var number = (int)ipv4.NumberOf(four);
        return new(id, NetworkMode.Bridge, number, four, six, [.. Ports(elements, four, six)]);
    }

    private IEnumerable<PublishedPort> Ports(IReadOnlySet<MapElement> elements, IPAddress four, IPAddress? six)
    {
        var detour = ipv6 is null ? null : LoopAddresses.Of(ipv6).Target;
        foreach (var port in elements
            .Where(element => element.ParseTarget() is { } target && (target.Address.Equals(four) || target.Address.Equals(six)))
            .GroupBy(element => (element.ParseKey()!.Value.Protocol, element.ParseKey()!.Value.Port, ContainerPort: element.ParseTarget()!.Port))
            .OrderBy(port => port.Key.Port).ThenBy(port => port.Key.Protocol))
        {
            foreach (var address in HostAddresses(port, detour, isIpv4Alone: six is null))
                yield return new(port.Key.Protocol, address, port.Key.Port, port.Key.ContainerPort);
        }
    }

    /// <summary>All addresses are two elements, one for each family; the detour of ::1 comes with them, or alone.</summary>
    private static IEnumerable<IPAddress?> HostAddresses(IEnumerable<MapElement> port, IPAddress? detour, bool isIpv4Alone)
    {
        var elements = port.ToLookup(element => element.Map, element => element.ParseHostAddress());
        var (any4, any6) = (elements.Contains(PortMaps.Any4), elements.Contains(PortMaps.Any6));
        if (any4 && (any6 || isIpv4Alone)) yield return null;
        else if (any4) yield return IPAddress.Any;
        else if (any6) yield return IPAddress.IPv6Any;
        foreach (var address in elements[PortMaps.Own4].Concat(elements[PortMaps.Own6]))
        {
            if (!Equals(address, detour)) yield return address;
            else if (!any6) yield return IPAddress.IPv6Loopback;
        }
    }

    private IReadOnlyList<IPAddress> ReadAddresses(ContainerId id) => DedicatedThread.Run("read addresses", () =>
    {
        using var file = namespaces.Enter(id);
        using var socket = NetlinkSocket.Open(NetlinkSocket.Route);
        var index = (int)Libc.IndexOf(LinkNames.Inside);
        return AddressEntry.List(socket).Where(entry => entry.Index == index).Select(entry => entry.Address).ToArray();
    });
}
