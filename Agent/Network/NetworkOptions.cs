using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Network;

/// <summary>How the agent connects containers to its node.</summary>
public sealed partial record NetworkOptions
{
    /// <summary>IPv6 forwards packets of at least this size.</summary>
    private const int MinIpv6Mtu = 1280, MinMtu = 576, MaxMtu = 65535;

    /// <summary>
    /// Name of the bridge, 1 to 12 of <c>a-z 0-9 - _</c>, beginning with a letter. Two more interfaces have this name and <c>-l0</c>,
    /// <c>-l1</c>. Default: <c>warren0</c>.
    /// </summary>
    public string Bridge { get; init; } = "warren0";

    /// <summary>The containers' IPv4 addresses, <c>address/length</c>, length 8 to 29. Default: <c>10.210.0.0/24</c>, for 253 containers.</summary>
    public string Subnet { get; init; } = "10.210.0.0/24";

    /// <summary>
    /// The containers' IPv6 addresses, <c>address/length</c>, length up to 64; a container has the same number in both subnets. Null: no
    /// IPv6. Default: <c>fd77:6172:7265:6e00::/64</c>. A kernel without IPv6 leaves it out, with a warning.
    /// </summary>
    public string? Ipv6Subnet { get; init; } = "fd77:6172:7265:6e00::/64";

    /// <summary>The largest packet of a container, in bytes, 1280 to 65535 (from 576 without IPv6). Null: that of the default route. Default: null.</summary>
    public int? Mtu { get; init; }

    /// <summary>Name of the nftables table (family inet), 1 to 30 of <c>a-z 0-9 _</c>, beginning with a letter. Default: <c>warren</c>.</summary>
    public string Table { get; init; } = "warren";

    /// <summary>Where the namespaces are bound, an absolute path; made when it does not exist. Default: <c>/run/warren/netns</c>.</summary>
    public string NamespaceFolder { get; init; } = "/run/warren/netns";

    /// <summary>The file of the records, an absolute path in a folder that is made when it does not exist. Default: <c>/var/lib/warren/network.db</c>.</summary>
    public string DataFile { get; init; } = "/var/lib/warren/network.db";

    /// <summary>The ports to choose from where a container leaves the node's port open: the first. Default: 32768.</summary>
    public int FirstHostPort { get; init; } = 32768;

    /// <summary>The ports to choose from where a container leaves the node's port open: the last. Default: 60999.</summary>
    public int LastHostPort { get; init; } = 60999;

    /// <summary>
    /// Interfaces of the node by which containers are reached on any of their ports, such as an overlay's between nodes. By all others
    /// only published ports are. Default: none.
    /// </summary>
    public ImmutableArray<string> TrustedInterfaces { get; init; } = [];

    /// <summary>How long after an event in the node's network it is checked; events meanwhile share the check. Default: 500 ms.</summary>
    public TimeSpan RepairDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the node's network is checked without an event, for what has none. Default: 1 min.</summary>
    public TimeSpan RepairInterval { get; init; } = TimeSpan.FromMinutes(1);

    internal string LoopEnd => Bridge + "-l0";

    internal string LoopPeer => Bridge + "-l1";

    /// <summary>All that is wrong, a line each; empty if nothing is.</summary>
    internal IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        void Check(bool isRight, string problem)
        {
            if (!isRight) problems.Add(problem);
        }

        Check(BridgeName().IsMatch(Bridge), $"bridge: must be 1 to 12 of a-z, 0-9, '-' and '_', beginning with a letter, was '{Bridge}'");
        Check(TableName().IsMatch(Table), $"table: must be 1 to 30 of a-z, 0-9 and '_', beginning with a letter, was '{Table}'");
        Check(
            IpSubnet.TryParse(Subnet, out var subnet) && subnet is { Family: AddressFamily.InterNetwork, PrefixLength: >= 8 and <= 29 },
            $"subnet: must be an IPv4 subnet such as 10.210.0.0/24, of length 8 to 29, without bits behind it, was '{Subnet}'");
        Check(
            Ipv6Subnet is null
            || (IpSubnet.TryParse(Ipv6Subnet, out var ipv6) && ipv6 is { Family: AddressFamily.InterNetworkV6, PrefixLength: >= 16 and <= 64 }),
            $"ipv6-subnet: must be an IPv6 subnet such as fd77:6172:7265:6e00::/64, of length 16 to 64, without bits behind it, was '{Ipv6Subnet}'");
        var leastMtu = Ipv6Subnet is null ? MinMtu : MinIpv6Mtu;
        Check(Mtu is null || (Mtu >= leastMtu && Mtu <= MaxMtu), $"mtu: must be {leastMtu} to {MaxMtu}, was {Mtu}");
        Check(Path.IsPathRooted(NamespaceFolder), $"namespace folder: must be an absolute path, was '{NamespaceFolder}'");
        Check(Path.IsPathRooted(DataFile), $"data file: must be an absolute path, was '{DataFile}'");
        Check(
            FirstHostPort >= 1 && LastHostPort <= ushort.MaxValue && FirstHostPort <= LastHostPort,
            $"host ports: must be a range within 1 to 65535, was {FirstHostPort} to {LastHostPort}");
        foreach (var name in TrustedInterfaces)
            Check(InterfaceName().IsMatch(name), $"trusted interfaces: '{name}' cannot be the name of one");
        Check(RepairDelay > TimeSpan.Zero, $"repair delay: must be above zero, was {RepairDelay}");
        Check(RepairInterval > TimeSpan.Zero, $"repair interval: must be above zero, was {RepairInterval}");
        return problems;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,11}\z")]
    private static partial Regex BridgeName();

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,29}\z")]
    private static partial Regex TableName();

    [GeneratedRegex(@"^[A-Za-z0-9_.@-]{1,15}\z")]
    private static partial Regex InterfaceName();
}
