using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Warren.Agent.Network.Netlink;

/// <summary>
/// Requests to forget tracked connections (linux/netfilter/nfnetlink_conntrack.h). A connection keeps the way that it was given with its
/// first packet; without this a client that keeps sending datagrams would reach a container that is gone, or none that has come.
/// </summary>
internal static class ConntrackMessages
{
    private const ushort DeleteConnections = (1 << 8) | 2;
    private const byte Ipv4 = 2, Ipv6 = 10, Udp = 17;
    private const ushort Original = 1, Reply = 2, Filter = 25, TupleIp = 1, TupleProtocol = 2, Protocol = 1, DestinationPort = 3;
    private const ushort Ipv4Source = 1, Ipv6Source = 3, OriginalFields = 1, ReplyFields = 2;

    // What of the tuple counts (include/linux/netfilter/nf_conntrack_common.h).
    private const int SourceField = 1 << 0, ProtocolField = 1 << 3, DestinationPortField = 1 << 5;

    /// <summary>Forgets datagram connections to a port of the node.</summary>
    public static NetlinkBatch ForgetDatagramsTo(this NetlinkBatch batch, AddressFamily family, int port)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)port);
        return batch.Delete(family == AddressFamily.InterNetwork ? Ipv4 : Ipv6, $"forget the datagram connections to port {port}")
            .Nest(Original, tuple => tuple.Nest(TupleProtocol, part => part.Attribute(Protocol, (ReadOnlySpan<byte>)[Udp]).Attribute(DestinationPort, bytes)))
            .Nest(Filter, filter => filter.Attribute(OriginalFields, ProtocolField | DestinationPortField));
    }

    /// <summary>Forgets connections that a container answers.</summary>
    public static NetlinkBatch ForgetAnswersOf(this NetlinkBatch batch, IPAddress address)
    {
        var isIpv4 = address.AddressFamily == AddressFamily.InterNetwork;
        return batch.Delete(isIpv4 ? Ipv4 : Ipv6, $"forget the connections to {address}")
            .Nest(Reply, tuple => tuple.Nest(TupleIp, part => part.Attribute(isIpv4 ? Ipv4Source : Ipv6Source, address)))
            .Nest(Filter, filter => filter.Attribute(ReplyFields, SourceField));
    }

    private static NetlinkBatch Delete(this NetlinkBatch batch, byte family, string what) =>
        batch.Begin(DeleteConnections, 0, what, Libc.NoEntry).Fixed(family, 0, 0, 0);
}
