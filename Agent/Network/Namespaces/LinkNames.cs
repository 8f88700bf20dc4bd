using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network.Namespaces;

/// <summary>The names of what a container has in the kernel; each follows from the container's own, so that it is found after a crash.</summary>
internal static class LinkNames
{
    /// <summary>The container's interface, as it sees it.</summary>
    public const string Inside = "eth0";

    private const string Prefix = "wrn", AliasPrefix = "warren:";
    private const int HashDigits = 12;

    /// <summary>The node's end of the cable; the longest name that Linux takes.</summary>
    public static string OutsideOf(ContainerId id) =>
        Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Value)))[..HashDigits];

    public static bool IsOutside(string name) =>
        name.Length == Prefix.Length + HashDigits && name.StartsWith(Prefix, StringComparison.Ordinal) && name[Prefix.Length..].All(char.IsAsciiHexDigitLower);

    public static string AliasOf(ContainerId id) => AliasPrefix + id;

    /// <summary>
    /// A hardware address that belongs to the IP address: who still has it in a cache when the address goes to another container reaches the
    /// right one. Bit 1 of the first byte says that it is nobody's registered one.
    /// </summary>
    public static PhysicalAddress HardwareAddressOf(IPAddress ipv4) => new([0x02, 0x57, .. ipv4.GetAddressBytes()]);
}
