using System.Net;
using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Network.Rules;

/// <summary>
/// The addresses of the detour by which the node reaches published ports at ::1. Linux drops a packet from or to ::1 that comes from outside
/// before nftables may translate it, so a connection is first led over a pair of interfaces of the node's own, where the translation of ::1
/// is made and undone, and from there to the container. Nobody has the two addresses; they are routes only.
/// </summary>
/// <param name="Target">What stands for ::1 as the destination.</param>
/// <param name="Source">What stands for ::1 as the source.</param>
internal sealed record LoopAddresses(IPAddress Target, IPAddress Source)
{
    // Above all numbers of containers, which fit an IPv4 subnet of length 8.
    private const uint TargetNumber = 0xffff_fffd, SourceNumber = 0xffff_fffe;

    public static LoopAddresses Of(IpSubnet ipv6) => new(ipv6.At(TargetNumber), ipv6.At(SourceNumber));
}
