using System.Net.NetworkInformation;

namespace Warren.Agent.Network.Netlink;

/// <summary>One of two interfaces that are a cable.</summary>
/// <param name="Name">Its name, at most 15 bytes.</param>
/// <param name="Address">Its hardware address; null lets the kernel choose.</param>
internal sealed record VethEnd(string Name, PhysicalAddress? Address);
