using System.Net;
using System.Net.Sockets;
using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Network.Netlink;

/// <summary>Requests about addresses, routes and neighbours (linux/if_addr.h, linux/rtnetlink.h, linux/neighbour.h).</summary>
internal static class AddressMessages
{
    public const ushort NewAddress = 20, DeleteAddress = 21, GetAddress = 22, NewRoute = 24, DeleteRoute = 25, GetRoute = 26, NewNeighbour = 28;

    public const int AddressFixedLength = 8, RouteFixedLength = 12;

    public const ushort Destination = 1, OutInterface = 4, Priority = 6, Metrics = 8, Table = 15, MetricMtu = 2;

    public const byte MainTable = 254, LocalTable = 255, Unicast = 1, Local = 2;

    private const ushort InterfaceAddress = 1, InterfaceLocal = 2, InterfaceFlags = 8, Gateway = 5, NeighbourAddress = 1, NeighbourHardware = 2;
    private const int NoDuplicateCheck = 2;
    private const byte StaticProtocol = 4, Everywhere = 0, OnLink = 253, Host = 254;
    private const ushort IsPermanent = 0x80;

    // linux/socket.h; the framework's own numbers differ for IPv6.
    private const byte Ipv4 = 2, Ipv6 = 10;

    /// <summary>Gives an interface an address, usable at once: nobody else can have it, so nobody is asked.</summary>
    public static NetlinkBatch AddAddress(this NetlinkBatch batch, int index, IPAddress address, int prefixLength)
    {
        batch.Begin(NewAddress, NetlinkBatch.Create | NetlinkBatch.Replace, $"add the address {address}/{prefixLength}")
            .Fixed(FamilyOf(address), (byte)prefixLength, 0, Everywhere).Fixed(index)
            .Attribute(InterfaceLocal, address).Attribute(InterfaceAddress, address);
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? batch.Attribute(InterfaceFlags, NoDuplicateCheck) : batch;
    }

    public static NetlinkBatch RemoveAddress(this NetlinkBatch batch, int index, IPAddress address, int prefixLength) => batch
        .Begin(DeleteAddress, 0, $"remove the address {address}/{prefixLength}", Libc.AddressNotAvailable)
        .Fixed(FamilyOf(address), (byte)prefixLength, 0, Everywhere).Fixed(index).Attribute(InterfaceLocal, address);

    public static NetlinkBatch AddDefaultRoute(this NetlinkBatch batch, int index, IPAddress gateway) => batch
        .Begin(NewRoute, NetlinkBatch.Create | NetlinkBatch.Replace, $"add the default route through {gateway}")
        .Route(gateway, length: 0, MainTable, Everywhere, Unicast)
        .Attribute(Gateway, gateway).Attribute(OutInterface, index);

    /// <summary>Leads one address out of an interface.</summary>
    public static NetlinkBatch AddHostRoute(this NetlinkBatch batch, int index, IPAddress address) => batch
        .Begin(NewRoute, NetlinkBatch.Create | NetlinkBatch.Replace, $"add the route to {address}")
        .Route(address, LengthOf(address), MainTable, address.AddressFamily == AddressFamily.InterNetwork ? OnLink : Everywhere, Unicast)
        .Attribute(Destination, address).Attribute(OutInterface, index);

    /// <summary>Lets packets for an address of this host in by an interface that does not have it. Other routes to it are preferred.</summary>
    public static NetlinkBatch AddLocalRoute(this NetlinkBatch batch, int index, IPAddress address, int priority) => batch
        .Begin(NewRoute, NetlinkBatch.Create | NetlinkBatch.Replace, $"let {address} in by interface {index}")
        .Route(address, LengthOf(address), LocalTable, Host, Local)
        .Attribute(Destination, address).Attribute(OutInterface, index).Attribute(Priority, priority);

    public static NetlinkBatch AddNeighbour(this NetlinkBatch batch, int index, IPAddress address, byte[] hardwareAddress) => batch
        .Begin(NewNeighbour, NetlinkBatch.Create | NetlinkBatch.Replace, $"add the neighbour {address}")
        .Fixed(FamilyOf(address), 0, 0, 0).Fixed(index).Fixed(IsPermanent).Fixed((byte)0, Unicast)
        .Attribute(NeighbourAddress, address).Attribute(NeighbourHardware, hardwareAddress);

    public static NetlinkBatch ListAddresses() => new NetlinkBatch()
        .Begin(GetAddress, NetlinkBatch.Dump, "list the addresses").Fixed(0, 0, 0, 0).Fixed((int)0);

    public static NetlinkBatch ListRoutes() => new NetlinkBatch()
        .Begin(GetRoute, NetlinkBatch.Dump, "list the routes").Fixed(0, 0, 0, 0).Fixed(0, 0, 0, 0).Fixed((int)0);

    /// <summary>Null for a family that is neither IPv4 nor IPv6.</summary>
    public static IpSubnet? ParsePrefix(byte family, ReadOnlySpan<byte> address, int length) => (family, address.Length) switch
    {
        (Ipv4, 4) or (Ipv6, 16) => IpSubnet.Of(new IPAddress(address), length),
        (Ipv4, 0) => IpSubnet.Of(IPAddress.Any, length),
        (Ipv6, 0) => IpSubnet.Of(IPAddress.IPv6Any, length),
        _ => null,
    };

    private static NetlinkBatch Route(this NetlinkBatch batch, IPAddress family, int length, byte table, byte scope, byte type) => batch
        .Fixed(FamilyOf(family), (byte)length, 0, 0).Fixed(table, StaticProtocol, scope, type).Fixed((int)0);

    private static byte FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Ipv4 : Ipv6;

    private static int LengthOf(IPAddress address) => address.GetAddressBytes().Length * 8;
}
