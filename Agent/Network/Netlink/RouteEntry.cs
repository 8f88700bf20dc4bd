using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Network.Netlink;

/// <summary>A route of the main table, as the kernel lists it.</summary>
/// <param name="Destination">Where it leads to; all addresses of a family for the default route.</param>
/// <param name="OutInterface">The number of the interface that it leads out of, if one alone.</param>
/// <param name="Priority">The lower wins.</param>
/// <param name="Mtu">The largest packet, in bytes, if the route has an own limit.</param>
internal sealed record RouteEntry(IpSubnet Destination, int? OutInterface, int Priority, int? Mtu)
{
    public bool IsDefault => Destination.PrefixLength == 0;

    public static List<RouteEntry> List(NetlinkSocket socket) =>
        [.. socket.List(AddressMessages.ListRoutes()).Select(Parse).OfType<RouteEntry>()];

    private static RouteEntry? Parse(NetlinkMessage message)
    {
        if (message.Type != AddressMessages.NewRoute || message.Payload.Length < AddressMessages.RouteFixedLength) return null;
        var attributes = message.Attributes(AddressMessages.RouteFixedLength);
        var (family, length, table, type) = (message.Payload[0], message.Payload[1], message.Payload[4], message.Payload[7]);
        if ((attributes.FindInt32(AddressMessages.Table) ?? table) != AddressMessages.MainTable || type != AddressMessages.Unicast) return null;
        return AddressMessages.ParsePrefix(family, attributes.Find(AddressMessages.Destination), length) is { } destination
            ? new(
                destination,
                attributes.FindInt32(AddressMessages.OutInterface),
                attributes.FindInt32(AddressMessages.Priority) ?? 0,
                attributes.FindNested(AddressMessages.Metrics).FindInt32(AddressMessages.MetricMtu))
            : null;
    }
}
