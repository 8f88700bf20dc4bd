using System.Net;
using System.Net.NetworkInformation;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Rules;

namespace Warren.Agent.Network.Namespaces;

/// <summary>The node's own interfaces for containers: the bridge, and the pair that leads ::1 to them.</summary>
internal sealed class NodeLinks(NetworkOptions options, IpSubnet ipv4, IpSubnet? ipv6)
{
    private const int DefaultMtu = 1500;

    // Worse than the route of the loopback interface, which stays the one for everything that begins on this node.
    private const int LoopRoutePriority = 2048;

    private static readonly PhysicalAddress s_loopEnd = new([0x02, 0x57, 0, 0, 0, 1]), s_loopPeer = new([0x02, 0x57, 0, 0, 0, 2]);

    private bool _isLoopNew;

    /// <summary>The bridge's number; it is another after the bridge was made again.</summary>
    public int BridgeIndex { get; private set; }

    /// <summary>The largest packet of a container, in bytes.</summary>
    public int Mtu { get; private set; } = DefaultMtu;

    /// <summary>Finds out what stands in the way.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFault.Prerequisite"/>: the bridge's name or the subnet is in use for something else.</exception>
    public void Check()
    {
        using var node = NetlinkSocket.Open(NetlinkSocket.Route);
        var links = LinkEntry.List(node);
        var names = links.ToDictionary(link => link.Index, link => link.Name);
        foreach (var (name, kind) in (ReadOnlySpan<(string, string)>)[(options.Bridge, "bridge"), (options.LoopEnd, "veth"), (options.LoopPeer, "veth")])
        {
            if (links.FirstOrDefault(link => link.Name == name) is { } link && link.Kind != kind)
            {
                throw new NetworkException(
                    NetworkFault.Prerequisite,
                    $"the interface {name} exists and is no {kind} but {link.Kind ?? "hardware"}; choose another name for the bridge");
            }
        }

        bool IsOurs(int index) => names.TryGetValue(index, out var name) && (name == options.Bridge || name == options.LoopEnd || name == options.LoopPeer);
        foreach (var subnet in new[] { ipv4, ipv6 }.OfType<IpSubnet>())
        {
            foreach (var address in AddressEntry.List(node))
            {
                if (IsOurs(address.Index)) continue;
                var other = IpSubnet.Of(address.Address, address.PrefixLength);
                if (other.Contains(subnet) || subnet.Contains(other))
                    throw Taken(subnet, $"the interface {names.GetValueOrDefault(address.Index)} has {address.Address}/{address.PrefixLength}");
            }

            foreach (var route in RouteEntry.List(node))
            {
                if (route.OutInterface is { } index && IsOurs(index)) continue;
                if (subnet.Contains(route.Destination))
                    throw Taken(subnet, $"the route to {route.Destination} leads to {names.GetValueOrDefault(route.OutInterface ?? 0) ?? "several interfaces"}");
            }
        }
    }

    /// <summary>Makes what is missing, and puts right what differs.</summary>
    /// <returns>What was made or removed, a line each; empty if all was there.</returns>
    public IReadOnlyList<string> Ensure()
    {
        using var node = NetlinkSocket.Open(NetlinkSocket.Route);
        var links = LinkEntry.List(node);
        Mtu = options.Mtu ?? FindMtu(node, links);
        var changes = new List<string>();
        EnsureBridge(node, links, changes);
        if (ipv6 is not null) EnsureLoop(node, links, ipv6);
        return changes;
    }

    /// <summary>Settings of interfaces that <see cref="Ensure"/> cannot write before the kernel's settings allow IPv6 on them.</summary>
    /// <returns>What was added, a line each.</returns>
    public IReadOnlyList<string> EnsureAddresses()
    {
        using var node = NetlinkSocket.Open(NetlinkSocket.Route);
        var changes = new List<string>();
        var present = AddressEntry.List(node).Where(address => address.Index == BridgeIndex).ToArray();
        IpSubnet[] subnets = [.. new[] { ipv4, ipv6 }.OfType<IpSubnet>()];
        var batch = new NetlinkBatch();
        foreach (var address in present)
        {
            if (address.Address.IsIPv6LinkLocal || subnets.Any(subnet => subnet.Gateway.Equals(address.Address) && subnet.PrefixLength == address.PrefixLength)) continue;
            batch.RemoveAddress(BridgeIndex, address.Address, address.PrefixLength);
            changes.Add($"removed {address.Address}/{address.PrefixLength} from {options.Bridge}");
        }

        foreach (var subnet in subnets)
        {
            if (present.Any(address => subnet.Gateway.Equals(address.Address) && subnet.PrefixLength == address.PrefixLength)) continue;
            batch.AddAddress(BridgeIndex, subnet.Gateway, subnet.PrefixLength);
            changes.Add($"gave {options.Bridge} {subnet.Gateway}/{subnet.PrefixLength}");
        }

        if (ipv6 is not null) AddLoopRoutes(batch, LoopAddresses.Of(ipv6));
        if (batch.Requests.Count > 0) node.Execute(batch);
        if (_isLoopNew) changes.Add($"made the interfaces {options.LoopEnd} and {options.LoopPeer}, which lead ::1 to containers");
        _isLoopNew = false;
        return changes;
    }

    /// <summary>The cables of containers that hang on the bridge or have the form of ours, by name.</summary>
    public Dictionary<string, LinkEntry> ListCables()
    {
        using var node = NetlinkSocket.Open(NetlinkSocket.Route);
        return LinkEntry.List(node).Where(link => LinkNames.IsOutside(link.Name) && link.Kind == "veth" && IsOurs(link))
            .ToDictionary(link => link.Name);

        // Another agent on this node, with a bridge of its own, names its cables alike. One without a bridge is nobody's.
        bool IsOurs(LinkEntry link) => link.Master is null || link.Master == BridgeIndex;
    }

    private void EnsureBridge(NetlinkSocket node, List<LinkEntry> links, List<string> changes)
    {
        var bridge = links.FirstOrDefault(link => link.Name == options.Bridge);
        if (bridge is null || !bridge.IsUp || bridge.Mtu != Mtu)
        {
            // The address is fixed: the kernel would else take that of a container, and change it when that goes.
            node.Execute(new NetlinkBatch().AddBridge(options.Bridge, LinkNames.HardwareAddressOf(ipv4.Gateway), Mtu));
            changes.Add($"{(bridge is null ? "made" : "put right")} the bridge {options.Bridge} with MTU {Mtu}");
        }

        BridgeIndex = (int)Libc.IndexOf(options.Bridge);
        if (BridgeIndex == 0) throw new NetworkException(NetworkFault.Failed, $"the bridge {options.Bridge} vanished while it was made");
    }

    private void EnsureLoop(NetlinkSocket node, List<LinkEntry> links, IpSubnet subnet)
    {
        if (links.Any(link => link.Name == options.LoopEnd && link.IsUp) && links.Any(link => link.Name == options.LoopPeer && link.IsUp)) return;
        var old = links.FirstOrDefault(link => link.Name == options.LoopEnd || link.Name == options.LoopPeer);
        if (old is not null) ContainerLinks.RemoveLink(old.Name);
        node.Execute(new NetlinkBatch().AddPair(new VethEnd(options.LoopEnd, s_loopEnd), new VethEnd(options.LoopPeer, s_loopPeer), Mtu)
            .SetUp(options.LoopPeer)
            .SetAlias(options.LoopEnd, $"warren: the way of ::1 to {subnet}"));
        _isLoopNew = true;
    }

    private void AddLoopRoutes(NetlinkBatch batch, LoopAddresses loop)
    {
        var (end, peer) = ((int)Libc.IndexOf(options.LoopEnd), (int)Libc.IndexOf(options.LoopPeer));
        batch.AddHostRoute(end, loop.Target)
            .AddNeighbour(end, loop.Target, s_loopPeer.GetAddressBytes())
            .AddHostRoute(peer, loop.Source)
            .AddNeighbour(peer, loop.Source, s_loopEnd.GetAddressBytes())
            .AddLocalRoute(end, IPAddress.IPv6Loopback, LoopRoutePriority);
    }

    private int FindMtu(NetlinkSocket node, List<LinkEntry> links)
    {
        var route = RouteEntry.List(node).Where(route => route.IsDefault && route.OutInterface is not null)
            .OrderBy(route => route.Destination.Family).ThenBy(route => route.Priority).FirstOrDefault();
        var mtu = route?.Mtu ?? links.FirstOrDefault(link => link.Index == route?.OutInterface)?.Mtu ?? DefaultMtu;
        const int MinIpv6Mtu = 1280;
        if (ipv6 is null || mtu >= MinIpv6Mtu) return mtu;
        throw new NetworkException(
            NetworkFault.Prerequisite,
            $"the default route takes packets of {mtu} bytes, and IPv6 needs {MinIpv6Mtu}: set the MTU, or leave out the IPv6 subnet");
    }

    private static NetworkException Taken(IpSubnet subnet, string by) =>
        new(NetworkFault.Prerequisite, $"the subnet {subnet} of the containers is in use on this node: {by}; choose another subnet");
}
