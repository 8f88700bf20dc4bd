using System.Text;
using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Network.Rules;

/// <summary>The text of our nftables table. It does not depend on the containers, whose ports are elements of its maps.</summary>
internal static class Ruleset
{
    /// <summary>Replaces the table with all its elements, or makes it, in one transaction.</summary>
    public static string Replacing(string table, string text, IEnumerable<MapElement> elements) =>
        $"""
        table inet {table}
        delete table inet {table}
        {text}
        {string.Join('\n', elements.GroupBy(element => element.Map).Select(map =>
            $"add element inet {table} {map.Key} {{ {string.Join(", ", map.Select(element => element.ToNft()))} }}"))}

        """;

    /// <summary>The table without its elements.</summary>
    public static string Table(NetworkOptions options, IpSubnet ipv4, IpSubnet? ipv6)
    {
        var loop = ipv6 is null ? null : LoopAddresses.Of(ipv6);
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        void Ipv6Line(string line)
        {
            if (loop is not null) Line(line);
        }

        var (bridge, end, peer) = (Quote(options.Bridge), Quote(options.LoopEnd), Quote(options.LoopPeer));
        Line($"table inet {options.Table} {{");
        Line($"  map {PortMaps.Any4} {{ type inet_proto . inet_service : ipv4_addr . inet_service; }}");
        Line($"  map {PortMaps.Own4} {{ type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }}");
        Ipv6Line($"  map {PortMaps.Any6} {{ type inet_proto . inet_service : ipv6_addr . inet_service; }}");
        Ipv6Line($"  map {PortMaps.Own6} {{ type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; }}");
        Ipv6Line($"  set {PortMaps.Loopback6} {{ type inet_proto . inet_service; }}");

        // Before connections are tracked: here a loopback address is still what was really sent, and never right from outside. Without this
        // a neighbour on the LAN reaches what is published at 127.0.0.1, and a container what the node serves there.
        Line("  chain guard {");
        Line("    type filter hook prerouting priority raw; policy accept;");
        Line("    iifname != \"lo\" ip daddr 127.0.0.0/8 drop");
        Line($"    iifname {bridge} ip saddr 127.0.0.0/8 drop");
        Ipv6Line($"    iifname != {peer} ip6 daddr {loop?.Target} drop");
        Line("  }");

        Line("  chain publish {");
        Line($"    meta nfproto ipv4 meta l4proto {{ tcp, udp }} dnat ip to ip daddr . meta l4proto . th dport map @{PortMaps.Own4}");
        Line($"    meta nfproto ipv4 meta l4proto {{ tcp, udp }} dnat ip to meta l4proto . th dport map @{PortMaps.Any4}");
        Ipv6Line($"    meta nfproto ipv6 meta l4proto {{ tcp, udp }} dnat ip6 to ip6 daddr . meta l4proto . th dport map @{PortMaps.Own6}");
        Ipv6Line($"    meta nfproto ipv6 meta l4proto {{ tcp, udp }} dnat ip6 to meta l4proto . th dport map @{PortMaps.Any6}");
        Line("  }");

        Line("  chain from_outside {");
        Line("    type nat hook prerouting priority dstnat; policy accept;");
        Ipv6Line($"    iifname {peer} jump publish");
        Line("    fib daddr type local jump publish");
        Line("  }");

        Line("  chain from_node {");
        Line("    type nat hook output priority -100; policy accept;");
        Ipv6Line($"    ip6 daddr ::1 meta l4proto . th dport @{PortMaps.Loopback6} dnat ip6 to {loop?.Target}");
        Ipv6Line("    ip6 daddr ::1 accept");
        Line("    fib daddr type local jump publish");
        Line("  }");

        // A container that reaches another by a published port must get the answer from the node, not from its neighbour.
        Line("  chain sources {");
        Line("    type nat hook postrouting priority srcnat; policy accept;");
        Ipv6Line($"    oifname {end} ip6 saddr ::1 snat ip6 to {loop?.Source}");
        Line($"    oifname {bridge} ip saddr 127.0.0.0/8 masquerade");
        Line($"    oifname {bridge} ip saddr {ipv4} ct status dnat masquerade");
        Line($"    oifname != {bridge} ip saddr {ipv4} masquerade");
        Ipv6Line($"    oifname {bridge} ip6 saddr {ipv6} ct status dnat masquerade");
        Ipv6Line($"    oifname != {{ {bridge}, {end}, {peer} }} ip6 saddr {ipv6} masquerade");
        Line("  }");

        // A container is reached from outside by its published ports alone, also by who routes its subnet through the node.
        Line("  chain reach {");
        Line("    type filter hook forward priority filter; policy accept;");
        Ipv6Line($"    iifname {end} drop");
        Ipv6Line($"    oifname {peer} ct state new drop");
        Line($"    oifname != {bridge} accept");
        var trusted = loop is null ? options.TrustedInterfaces : options.TrustedInterfaces.Add(options.LoopPeer);
        Line($"    iifname {{ {string.Join(", ", trusted.Add(options.Bridge).Distinct().Select(Quote))} }} accept");
        Line("    ct state established,related accept");
        Line("    ct status dnat accept");
        Line("    drop");
        Line("  }");
        Line("}");
        return text.ToString();
    }

    private static string Quote(string name) => $"\"{name}\"";
}
