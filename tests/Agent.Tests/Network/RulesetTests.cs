using System.Net;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Rules;
using Warren.Containers;

namespace Warren.Agent.Tests.Network;

public sealed class RulesetTests
{
    private static readonly IpSubnet s_ipv4 = IpSubnet.Of(IPAddress.Parse("10.210.0.0"), 24), s_ipv6 = IpSubnet.Of(IPAddress.Parse("fd77::"), 64);

    [Fact]
    public void Table_WithoutIpv6_DoesNotSpeakOfIt()
    {
        var text = Ruleset.Table(new(), s_ipv4, null);

        text.ShouldNotContain("ip6");
        text.ShouldNotContain("ports6");
        text.ShouldNotContain("-l0");
        text.ShouldContain("oifname != \"warren0\" ip saddr 10.210.0.0/24 masquerade");
    }

    [Fact]
    public void Table_OtherNames_AreUsedThroughout()
    {
        var text = Ruleset.Table(new() { Bridge = "br7", Table = "other", TrustedInterfaces = ["wg0", "wg0"] }, s_ipv4, s_ipv6);

        text.ShouldStartWith("table inet other {");
        text.ShouldNotContain("warren");
        text.ShouldContain("iifname { \"wg0\", \"br7-l1\", \"br7\" } accept");
    }

    [Fact]
    public void Replacing_WritesTheElementsInTheSameTransaction()
    {
        var element = MapElement.Create("ports4", null, PortProtocol.Tcp, 8080, IPAddress.Parse("10.210.0.5"), 80);

        var text = Ruleset.Replacing("warren", "table inet warren { }", [element, element with { Map = "own" }]);

        text.Trim().Split('\n').ShouldBe(
        [
            "table inet warren",
            "delete table inet warren",
            "table inet warren { }",
            "add element inet warren ports4 { tcp . 8080 : 10.210.0.5 . 80 }",
            "add element inet warren own { tcp . 8080 : 10.210.0.5 . 80 }",
        ]);
    }

    [Fact]
    public void ForwardPolicy_FindsChainsThatDrop_ButOurs()
    {
        const string Listing =
            """
            {"nftables": [{"metainfo": {"version": "1.0.6"}},
              {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
              {"chain": {"family": "ip6", "table": "filter", "name": "FORWARD", "type": "filter", "hook": "forward", "prio": 0, "policy": "accept"}},
              {"chain": {"family": "ip", "table": "filter", "name": "DOCKER-USER"}},
              {"chain": {"family": "ip", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
              {"chain": {"family": "inet", "table": "site", "name": "through", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
              {"chain": {"family": "inet", "table": "filter", "name": "FORWARD", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
              {"chain": {"family": "bridge", "table": "b", "name": "f", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
              {"chain": {"family": "inet", "table": "warren", "name": "reach", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}}]}
            """;

        ForwardPolicy.Find(Listing, "warren").ShouldBe(
        [
            new("ip", "filter", "FORWARD", IsIptables: true),
            new("inet", "site", "through", IsIptables: false),
            new("inet", "filter", "FORWARD", IsIptables: false),
        ]);
    }

    [Fact]
    public void AcceptRules_OneIsThere_NameTheOther()
    {
        var chain = new DroppingChain("ip", "filter", "FORWARD", IsIptables: true);

        chain.AcceptRules("warren0", "warren", "  iifname \"warren0\" counter packets 0 bytes 0 accept").ShouldBe(
            ["add rule ip filter FORWARD oifname \"warren0\" counter accept comment \"warren: containers\""]);
    }
}
