using System.Net.NetworkInformation;

namespace Warren.Agent.Network.Netlink;

/// <summary>Requests about interfaces (linux/if_link.h, linux/rtnetlink.h).</summary>
internal static class LinkMessages
{
    public const ushort New = 16, Delete = 17, Get = 18, Set = 19;

    public const int FixedLength = 16;

    public const ushort Address = 1, Name = 3, Mtu = 4, Master = 10, LinkInfo = 18, Alias = 20, NamespaceFile = 28;

    public const ushort InfoKind = 1;

    public const int IsUp = 1;

    /// <summary>The group of events about interfaces.</summary>
    public const int Events = 1;

    private const ushort InfoData = 2, InfoSlaveKind = 4, InfoSlaveData = 5;
    private const ushort BridgeForwardDelay = 1, BridgeSpanningTree = 5, PortHairpin = 4, VethPeer = 1;

    /// <summary>Makes a bridge that forwards at once and takes part in no spanning tree, or makes one so.</summary>
    public static NetlinkBatch AddBridge(this NetlinkBatch batch, string name, PhysicalAddress address, int mtu) => batch
        .Begin(New, NetlinkBatch.Create, $"make the bridge {name}")
        .Link(index: 0, isUp: true)
        .Attribute(Name, name)
        .Attribute(Address, address.GetAddressBytes())
        .Attribute(Mtu, mtu)
        .Nest(LinkInfo, info => info
            .Attribute(InfoKind, "bridge")
            .Nest(InfoData, data => data.Attribute(BridgeForwardDelay, 0).Attribute(BridgeSpanningTree, 0)));

    /// <summary>
    /// Makes a pair of interfaces: one here and up, in the bridge if its number is given; the other still down, in the namespace whose
    /// descriptor is given, or else here.
    /// </summary>
    public static NetlinkBatch AddPair(
        this NetlinkBatch batch, VethEnd here, VethEnd peer, int mtu, int? bridge = null, int? namespaceFile = null)
    {
        batch.Begin(New, NetlinkBatch.Create | NetlinkBatch.Exclusive, $"make the interface {here.Name}").Link(index: 0, isUp: true)
            .Attribute(Name, here.Name).Attribute(Mtu, mtu);
        if (here.Address is not null) batch.Attribute(Address, here.Address.GetAddressBytes());
        if (bridge is { } master) batch.Attribute(Master, master);
        return batch.Nest(LinkInfo, info => info
            .Attribute(InfoKind, "veth")
            .Nest(InfoData, data => data.Nest(VethPeer, end =>
            {
                end.Link(index: 0).Attribute(Name, peer.Name).Attribute(Mtu, mtu);
                if (peer.Address is not null) end.Attribute(Address, peer.Address.GetAddressBytes());
                if (namespaceFile is { } file) end.Attribute(NamespaceFile, file);
            })));
    }

    /// <summary>Names the container of an interface, for people and for a rebuild of the records.</summary>
    public static NetlinkBatch SetAlias(this NetlinkBatch batch, string name, string alias) => batch
        .Begin(Set, 0, $"write the alias of {name}").Link(index: 0).Attribute(Name, name).Attribute(Alias, alias);

    /// <summary>Puts an interface into the bridge.</summary>
    public static NetlinkBatch SetMaster(this NetlinkBatch batch, string name, int bridge) => batch
        .Begin(Set, 0, $"connect {name} to the bridge").Link(index: 0, isUp: true).Attribute(Name, name).Attribute(Master, bridge);

    /// <summary>
    /// Lets the bridge send a frame back where it came from: with bridge netfilter a container's connection to its own published port is
    /// turned round inside the bridge.
    /// </summary>
    public static NetlinkBatch SetHairpin(this NetlinkBatch batch, string name) => batch
        .Begin(New, 0, $"turn on hairpin mode of {name}").Link(index: 0).Attribute(Name, name)
        .Nest(LinkInfo, info => info
            .Attribute(InfoSlaveKind, "bridge")
            .Nest(InfoSlaveData, data => data.Attribute(PortHairpin, (ReadOnlySpan<byte>)[1])));

    public static NetlinkBatch SetUp(this NetlinkBatch batch, string name) => batch
        .Begin(Set, 0, $"bring {name} up").Link(index: 0, isUp: true).Attribute(Name, name);

    public static NetlinkBatch DeleteLink(this NetlinkBatch batch, string name) => batch
        .Begin(Delete, 0, $"remove the interface {name}", Libc.NoDevice).Link(index: 0).Attribute(Name, name);

    public static NetlinkBatch ListLinks() => new NetlinkBatch().Begin(Get, NetlinkBatch.Dump, "list the interfaces").Link(index: 0);

    private static NetlinkBatch Link(this NetlinkBatch batch, int index, bool isUp = false) => batch
        .Fixed((int)0).Fixed(index).Fixed(isUp ? IsUp : 0).Fixed(isUp ? IsUp : 0);
}
