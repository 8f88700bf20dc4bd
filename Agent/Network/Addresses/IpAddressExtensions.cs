using System.Net;
using System.Net.Sockets;

namespace Warren.Agent.Network.Addresses;

internal static class IpAddressExtensions
{
    /// <summary>The interface that an IPv6 address is bound to; zero if to none.</summary>
    public static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;

    /// <summary>Whether it means all addresses of its family.</summary>
    public static bool IsWildcard(this IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
