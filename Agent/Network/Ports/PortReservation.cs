using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Warren.Agent.Network.Netlink;
using Warren.Containers;

namespace Warren.Agent.Network.Ports;

/// <summary>
/// Keeps programs of the node off a published port: a socket that is bound, and never listens nor is read. Packets for the port do not reach
/// it, since nftables leads them to the container before. Without it a program could listen there, and nobody would ever reach it. When the
/// agent dies the socket is gone and the port goes on to be published.
/// </summary>
internal sealed class PortReservation : IDisposable
{
    private const int Ipv4 = 2, Ipv6 = 10, Stream = 1, Datagram = 2, CloseOnExec = 0x80000;
    private const int SocketLevel = 1, ReuseAddress = 2, Ipv6Level = 41, Ipv6Only = 26;

    private readonly SafeSocketHandle _handle;

    private PortReservation(SafeSocketHandle handle) => _handle = handle;

    /// <summary>
    /// Binds the port. Shared, connections that the node itself made from it, and that are open or closing, do not matter; listeners always do.
    /// </summary>
    /// <returns>Zero and the reservation, or the error number.</returns>
    public static (int Error, PortReservation? Reservation) TryTake(PortProtocol protocol, IPAddress? address, int port, bool isShared)
    {
        var (error, reservation) = TryBind(protocol, address ?? IPAddress.IPv6Any, isDual: address is null, port, isShared);
        return address is null && error is (Libc.NoProtocolFamily or Libc.AddressNotAvailable)
            ? TryBind(protocol, IPAddress.Any, isDual: false, port, isShared)
            : (error, reservation);
    }

    public void Dispose() => _handle.Dispose();

    private static unsafe (int Error, PortReservation? Reservation) TryBind(
        PortProtocol protocol, IPAddress address, bool isDual, int port, bool isShared)
    {
        var isIpv4 = address.AddressFamily == AddressFamily.InterNetwork;
        var descriptor = Libc.Socket(isIpv4 ? Ipv4 : Ipv6, (protocol == PortProtocol.Tcp ? Stream : Datagram) | CloseOnExec, 0);
        if (descriptor < 0) return (Marshal.GetLastPInvokeError(), null);
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        var error = Set(handle, SocketLevel, ReuseAddress, isShared && protocol == PortProtocol.Tcp);
        if (error == 0 && !isIpv4) error = Set(handle, Ipv6Level, Ipv6Only, !isDual);
        if (error == 0)
        {
            var bytes = Encode(address, port);
            fixed (byte* start = bytes) error = Libc.Bind(handle, start, bytes.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }

        if (error == 0) return (0, new(handle));
        handle.Dispose();
        return (error, null);
    }

    /// <summary>struct sockaddr_in and sockaddr_in6.</summary>
    private static byte[] Encode(IPAddress address, int port)
    {
        byte[] start = [0, 0, (byte)(port >> 8), (byte)port];
        var isIpv4 = address.AddressFamily == AddressFamily.InterNetwork;
        MemoryMarshal.Write(start, (ushort)(isIpv4 ? Ipv4 : Ipv6));
        return isIpv4
            ? [.. start, .. address.GetAddressBytes(), .. new byte[8]]
            : [.. start, .. new byte[4], .. address.GetAddressBytes(), .. BitConverter.GetBytes((int)address.ScopeId)];
    }

    private static unsafe int Set(SafeSocketHandle handle, int level, int name, bool value)
    {
        var number = value ? 1 : 0;
        return Libc.SetOption(handle, level, name, &number, sizeof(int)) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
