using System.Net;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.Ports;

/// <summary>Which container has which port of the node. Not thread-safe.</summary>
internal sealed class PortTable
{
    private readonly Dictionary<(PortProtocol Protocol, int Port), List<(IPAddress? Address, ContainerId Owner)>> _taken = [];

    /// <returns>Who has the port at an address that the given one meets; null if nobody.</returns>
    public ContainerId? FindOwner(PortProtocol protocol, IPAddress? address, int port)
    {
        if (!_taken.TryGetValue((protocol, port), out var entries)) return null;
        foreach (var (other, owner) in entries)
        {
            if (Meet(address, other)) return owner;
        }

        return null;
    }

    public void Add(ContainerId owner, PublishedPort port)
    {
        var key = (port.Protocol, port.HostPort);
        if (!_taken.TryGetValue(key, out var entries)) _taken.Add(key, entries = []);
        entries.Add((port.HostAddress, owner));
    }

    public void Remove(ContainerId owner, PublishedPort port)
    {
        var key = (port.Protocol, port.HostPort);
        if (!_taken.TryGetValue(key, out var entries)) return;
        entries.Remove((port.HostAddress, owner));
        if (entries.Count == 0) _taken.Remove(key);
    }

    /// <summary>Whether a packet can be for both: no address means all, and the address zero means all of its family.</summary>
    public static bool Meet(IPAddress? one, IPAddress? other)
    {
        if (one is null || other is null) return true;
        return one.AddressFamily == other.AddressFamily && (one.IsWildcard() || other.IsWildcard() || one.Equals(other));
    }
}
