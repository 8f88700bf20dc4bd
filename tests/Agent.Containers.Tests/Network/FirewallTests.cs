using System.Net;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Network;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network;

/// <summary>Beside the firewalls of others.</summary>
public sealed class FirewallTests
{
    private const string Foreign =
        """
        table inet mine {
          set blocked { type ipv4_addr; elements = { 203.0.113.1, 203.0.113.2 } }
          chain input { type filter hook input priority 0; policy accept; ip saddr @blocked drop; }
          chain forward { type filter hook forward priority 0; policy accept; counter; }
          chain nat { type nat hook prerouting priority -100; policy accept; tcp dport 2222 redirect to :22; }
        }
        """;

    [Fact]
    public async Task ForeignTable_IsNotTouched()
    {
        await using var node = TestNode.Create();
        node.Host.Run("nft", Foreign);
        var before = node.Host.Run("nft", "-a", "-s", "list", "table", "inet", "mine");

        await node.StartAgentAsync();
        await node.AttachAsync("web", Ports.Tcp(80, 8080));
        await node.DetachAsync("web");
        await node.SweepAsync();

        node.Host.Run("nft", "-a", "-s", "list", "table", "inet", "mine").ShouldBe(before);
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("iptables-legacy")]
    public async Task IptablesDropsForwarded_BeforeTheStart_ContainersPass(string program)
    {
        await using var node = TestNode.Create();
        Drop(node, program);
        await node.StartAgentAsync();

        await CheckTrafficAsync(node);

        // The agent uses the program, too, which takes one user at a time.
        var rules = node.Host.Run(program, "-w", "-S", "FORWARD");
        rules.ShouldContain("-A FORWARD -i warren0 ");
        rules.ShouldContain("-A FORWARD -o warren0 ");
        rules.ShouldContain("warren: containers");
        await node.KillAgentAsync();
        await node.StartAgentAsync();
        node.Host.Run(program, "-w", "-S", "FORWARD").ShouldBe(rules);
    }

    [Fact]
    public async Task IptablesDropsForwarded_Later_ContainersPass()
    {
        await using var node = await TestNode.StartNewAsync();
        node.Host.Run("iptables", "-w", "-P", "FORWARD", "DROP");
        await node.LogAsync("ip filter FORWARD drops what it does not know; added rules for warren0");
        node.Host.Run("iptables", "-w", "-F", "FORWARD");
        await node.LogAsync("ip filter FORWARD drops what it does not know; added rules for warren0");
        node.Host.Run("ip6tables", "-w", "-P", "FORWARD", "DROP");
        await node.LogAsync("ip6 filter FORWARD drops what it does not know; added rules for warren0");

        await CheckTrafficAsync(node);
    }

    [Fact]
    public async Task AdministratorsTableDropsForwarded_IsNamedWithTheCommands()
    {
        await using var node = TestNode.Create();
        node.Host.Run("nft", "table inet site { chain through { type filter hook forward priority 0; policy drop; }; }");

        var refusal = await Should.ThrowAsync<NetworkException>(node.StartAgentAsync());

        refusal.Fault.ShouldBe(NetworkFault.Prerequisite);
        refusal.Message.ShouldContain("drops containers' packets in inet site through");
        foreach (var line in refusal.Message.Split('\n').Where(line => line.StartsWith("  nft '", StringComparison.Ordinal)))
            node.Host.Run("nft", line.Trim()["nft '".Length..^1]);
        await node.KillAgentAsync();
        await node.StartAgentAsync();
        await CheckTrafficAsync(node);
    }

    [Fact]
    public async Task TrustedInterface_ReachesAllPorts()
    {
        await using var node = await TestNode.StartNewAsync(new() { TrustedInterfaces = ["up0"] });
        var attachment = await node.AttachAsync("db");
        await node.ServeAsync(attachment, PortProtocol.Tcp, 5432);
        node.Lan.Run("ip", "route", "add", "10.210.0.0/24", "via", TestNode.Address4);

        (await node.Lan.AskAsync(PortProtocol.Tcp, "10.210.0.2", 5432)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
    }

    [Fact]
    public async Task RouterAdvertisements_StayHeardWhenForwardingIsTurnedOn()
    {
        await using var node = TestNode.Create();
        node.Host.Run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/up0/accept_ra");

        await node.StartAgentAsync();

        node.Host.Run("cat", "/proc/sys/net/ipv6/conf/up0/accept_ra").Trim().ShouldBe("2");
        node.Host.Run("cat", "/proc/sys/net/ipv6/conf/all/forwarding").Trim().ShouldBe("1");
        node.Host.Run("cat", "/proc/sys/net/ipv6/conf/warren0/accept_ra").Trim().ShouldBe("0");
    }

    [Theory]
    [InlineData("addr", "add", "10.210.3.4/16", "dev", "up0", "interface up0 has 10.210.3.4/16")]
    [InlineData("route", "add", "10.210.0.128/25", "dev", "up0", "route to 10.210.0.128/25 leads to up0")]
    [InlineData("link", "add", "warren0", "type", "veth", "warren0 exists and is no bridge but veth")]
    public async Task Start_SomethingInTheWay_IsNamed(params string[] commandAndReason)
    {
        await using var node = TestNode.Create();
        node.Host.Run("ip", commandAndReason[..^1]);

        var refusal = await Should.ThrowAsync<NetworkException>(node.StartAgentAsync());

        refusal.Fault.ShouldBe(NetworkFault.Prerequisite);
        refusal.Message.ShouldContain(commandAndReason[^1]);
    }

    private static void Drop(TestNode node, string program)
    {
        node.Host.Run(program, "-w", "-P", "FORWARD", "DROP");
        node.Host.Run(program.Replace("iptables", "ip6tables", StringComparison.Ordinal), "-w", "-P", "FORWARD", "DROP");
    }

    private static async Task CheckTrafficAsync(TestNode node)
    {
        var attachment = await node.AttachAsync("web", Ports.Tcp(80, 8080));
        var web = await node.ServeAsync(attachment, PortProtocol.Tcp, 80);
        node.Keep(await node.Lan.ServeAsync(PortProtocol.Tcp, 9000));
        var other = new NetworkNamespace((await node.AttachAsync("other")).NamespacePath);

        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address6, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress6));
        (await web.AskAsync(PortProtocol.Tcp, TestNode.LanAddress4, 9000)).ShouldBe(IPAddress.Parse(TestNode.Address4));
        (await other.AskAsync(PortProtocol.Tcp, attachment.Addresses[0].ToString(), 80)).ShouldBe(IPAddress.Parse("10.210.0.3"));
    }
}
