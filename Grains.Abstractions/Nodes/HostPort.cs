using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Warren.Containers;

namespace Warren.Nodes;

/// <summary>A port of a node that one task at a time can have.</summary>
/// <param name="Number">1 to 65535.</param>
/// <param name="Protocol">Its transport.</param>
/// <param name="Address">The node's address, in its usual text. Null: all of them.</param>
[GenerateSerializer, Alias("warren.host-port"), Immutable]
public readonly record struct HostPort(int Number, PortProtocol Protocol, string? Address)
{
    /// <summary>The ports that a container asks for by number; those that the node chooses are never in the way.</summary>
    public static ImmutableArray<HostPort> Of(ContainerSpec container) =>
    [
        .. container.Ports
            .Where(port => port.HostPort is not null)
            .Select(port => new HostPort(port.HostPort!.Value, port.Protocol, UsualText(port.HostAddress))),
    ];

    /// <summary>Whether not both can be had: the same number and transport, on one address or one of them on all.</summary>
    public bool Collides(HostPort other) =>
        Number == other.Number && Protocol == other.Protocol && (Address is null || other.Address is null || Address == other.Address);

    /// <inheritdoc/>
    public override string ToString()
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"{Number}/{(Protocol == PortProtocol.Tcp ? "tcp" : "udp")}");
        return Address is null ? port : Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]:{port}" : $"{Address}:{port}";
    }

    // One address has many texts; the unspecified ones mean all, of which one family is treated like both.
    private static string? UsualText(string? address) =>
        address is null || !IPAddress.TryParse(address, out var parsed) ? address
        : parsed.Equals(IPAddress.Any) || parsed.Equals(IPAddress.IPv6Any) ? null
        : parsed.ToString();
}
