using System.Runtime.InteropServices;

namespace Warren.Agent.Network.Netlink;

/// <summary>An interface, as the kernel lists it.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsUp">Whether it is switched on.</param>
/// <param name="Mtu">The largest packet, in bytes.</param>
/// <param name="Kind"><c>bridge</c>, <c>veth</c>, …; null for a real one.</param>
/// <param name="Master">The number of the bridge that it is in.</param>
/// <param name="Alias">What its maker wrote on it.</param>
internal sealed record LinkEntry(int Index, string Name, bool IsUp, int Mtu, string? Kind, int? Master, string? Alias)
{
    /// <summary>Null for a message of another kind.</summary>
    public static LinkEntry? Parse(NetlinkMessage message)
    {
        if (message.Type is not (LinkMessages.New or LinkMessages.Delete) || message.Payload.Length < LinkMessages.FixedLength) return null;
        var attributes = message.Attributes(LinkMessages.FixedLength);
        return new(
            MemoryMarshal.Read<int>(message.Payload.AsSpan(4)),
            attributes.FindString(LinkMessages.Name) ?? "",
            (MemoryMarshal.Read<int>(message.Payload.AsSpan(8)) & LinkMessages.IsUp) != 0,
            attributes.FindInt32(LinkMessages.Mtu) ?? 0,
            attributes.FindNested(LinkMessages.LinkInfo).FindString(LinkMessages.InfoKind),
            attributes.FindInt32(LinkMessages.Master),
            attributes.FindString(LinkMessages.Alias));
    }

    public static List<LinkEntry> List(NetlinkSocket socket) =>
        [.. socket.List(LinkMessages.ListLinks()).Select(Parse).OfType<LinkEntry>()];
}
