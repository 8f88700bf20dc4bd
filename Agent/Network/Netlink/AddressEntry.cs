using System.Net;
using System.Runtime.InteropServices;

namespace Warren.Agent.Network.Netlink;

/// <summary>An address of an interface, as the kernel lists it.</summary>
/// <param name="Index">The interface's number.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its subnet's prefix, in bits.</param>
internal sealed record AddressEntry(int Index, IPAddress Address, int PrefixLength)
{
    private const ushort AddressAttribute = 1, LocalAttribute = 2;

    public static List<AddressEntry> List(NetlinkSocket socket) =>
        [.. socket.List(AddressMessages.ListAddresses()).Select(Parse).OfType<AddressEntry>()];

    private static AddressEntry? Parse(NetlinkMessage message)
    {
        if (message.Type != AddressMessages.NewAddress || message.Payload.Length < AddressMessages.AddressFixedLength) return null;
        var attributes = message.Attributes(AddressMessages.AddressFixedLength);
        // On a point-to-point interface the first is the other side's.
        var address = attributes.Find(LocalAttribute) is { Length: > 0 } local ? local : attributes.Find(AddressAttribute);
        return address.Length is 4 or 16
            ? new(MemoryMarshal.Read<int>(message.Payload.AsSpan(4)), new IPAddress(address), message.Payload[1])
            : null;
    }
}
