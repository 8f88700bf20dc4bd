using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Warren.Validation;

namespace Warren.Containers;

/// <summary>What network settings and ports must meet.</summary>
internal static class NetworkRules
{
    // MAXNS of the C libraries.
    private const int MostServers = 3;

    public static void Check(ProblemList problems, ContainerSpec spec)
    {
        var network = spec.Network;
        problems.Known("network.mode", network.Mode);
        if (network.DnsServers.Length > MostServers)
            problems.Add("network.dnsServers", $"must be at most {MostServers}, since resolvers ask no more, were {network.DnsServers.Length}");
        for (var i = 0; i < network.DnsServers.Length; i++)
        {
            if (!IPAddress.TryParse(network.DnsServers[i], out _))
                problems.Add($"network.dnsServers[{i}]", $"must be an IPv4 or IPv6 address, was '{network.DnsServers[i]}'");
        }
        for (var i = 0; i < network.DnsSearch.Length; i++)
        {
            if (!HostNameRules.IsDomain(network.DnsSearch[i]))
                problems.Add($"network.dnsSearch[{i}]", $"must be a domain name, was '{network.DnsSearch[i]}'");
        }
        for (var i = 0; i < network.DnsOptions.Length; i++)
        {
            var option = network.DnsOptions[i];
            if (option.Length == 0 || option.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
                problems.Add($"network.dnsOptions[{i}]", $"must be printable characters without spaces, was '{option}'");
        }
        CheckPorts(problems, spec.Ports, network.Mode);
    }

    private static void CheckPorts(ProblemList problems, ImmutableArray<PortSpec> ports, NetworkMode mode)
    {
        if (ports.Length > 0 && mode == NetworkMode.Host)
            problems.Add("ports", "must be left out with network mode host: the container listens on the node's own ports");
        if (ports.Length > 0 && mode == NetworkMode.None)
            problems.Add("ports", "must be left out with network mode none: nothing reaches the container");
        for (var i = 0; i < ports.Length; i++)
        {
            var path = $"ports[{i}]";
            var port = ports[i];
            problems.Within($"{path}.containerPort", port.ContainerPort, 1, 65535);
            if (port.HostPort is { } hostPort) problems.Within($"{path}.hostPort", hostPort, 1, 65535);
            problems.Known($"{path}.protocol", port.Protocol);
            if (port.HostAddress is { } address && !IPAddress.TryParse(address, out _))
                problems.Add($"{path}.hostAddress", $"must be an IPv4 or IPv6 address, was '{address}'");
            for (var other = 0; other < i; other++)
            {
                if (!Collide(ports[other], port)) continue;
                problems.Add(path, port.HostPort is null
                    ? $"must not repeat ports[{other}]"
                    : $"must not take the node's port {port.HostPort}, which ports[{other}] takes");
                break;
            }
        }
    }

    private static bool Collide(PortSpec a, PortSpec b) =>
        a.Protocol == b.Protocol && a.HostPort == b.HostPort && (a.HostPort is not null || a.ContainerPort == b.ContainerPort)
        && Overlap(a.HostAddress, b.HostAddress);

    private static bool Overlap(string? a, string? b)
    {
        if (a is null || b is null) return true;
        if (!IPAddress.TryParse(a, out var one) || !IPAddress.TryParse(b, out var other)) return false;
        return one.AddressFamily == other.AddressFamily && (one.Equals(other) || IsAny(one) || IsAny(other));
    }

    private static bool IsAny(IPAddress address) =>
        address.Equals(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
}
