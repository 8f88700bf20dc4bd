using System.Net;
using Warren.Agent.Network;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Ports;
using Warren.Agent.Network.Records;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Tests.Network;

public sealed class PortTests
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "127.0.0.1", true)]
    [InlineData("0.0.0.0", "127.0.0.1", true)]
    [InlineData("0.0.0.0", "::1", false)]
    [InlineData("::", "::1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    public void FindOwner_Addresses_MeetOrNot(string? taken, string? wanted, bool meet)
    {
        var table = new PortTable();
        var port = new PublishedPort(PortProtocol.Tcp, taken is null ? null : IPAddress.Parse(taken), 8080, 80);
        table.Add(new ContainerId("web"), port);

        table.FindOwner(PortProtocol.Tcp, wanted is null ? null : IPAddress.Parse(wanted), 8080).ShouldBe(meet ? new ContainerId("web") : null);
        table.FindOwner(PortProtocol.Udp, null, 8080).ShouldBeNull();
        table.FindOwner(PortProtocol.Tcp, null, 8081).ShouldBeNull();
        table.Remove(new ContainerId("web"), port);
        table.FindOwner(PortProtocol.Tcp, null, 8080).ShouldBeNull();
    }

    [Fact]
    public void ParseInodes_ListenersAndBoundDatagrams_AreFound()
    {
        string[] lines =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1",
            "   2: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0",
        ];

        PortHolder.ParseInodes(lines, PortProtocol.Tcp, 8080).ShouldBe(["4711"]);
        PortHolder.ParseInodes(lines, PortProtocol.Udp, 8080).ShouldBe(["4711", "4712"]);
    }

    [Fact]
    public void PortText_AllForms_AreReadAgain()
    {
        PublishedPort[] ports =
        [
            new(PortProtocol.Tcp, null, 8080, 80), new(PortProtocol.Udp, IPAddress.Parse("127.0.0.1"), 53, 5353), new(PortProtocol.Tcp, IPAddress.Parse("::1"), 1, 65535),
        ];

        PortText.Format([.. ports]).ShouldBe("tcp||8080|80 udp|127.0.0.1|53|5353 tcp|::1|1|65535");
        PortText.Parse(PortText.Format([.. ports])).ShouldBe(ports);
        PortText.Parse("").ShouldBeEmpty();
        Should.Throw<FormatException>(() => PortText.Parse("sctp||1|1"));
        Should.Throw<FormatException>(() => PortText.Parse("tcp|1|1"));
    }

    [Fact]
    public void InOrderOf_OpenPortFirst_LeavesTheNumberedOneToItsOwner()
    {
        PortSpec[] specs = [new() { ContainerPort = 80 }, new() { ContainerPort = 80, HostPort = 8080 }];

        RequestRules.InOrderOf([.. specs], [new(PortProtocol.Tcp, null, 8080, 80), new(PortProtocol.Tcp, null, 32768, 80)])
            .Select(port => port.HostPort).ShouldBe([32768, 8080]);
    }

    [Fact]
    public void LinkNames_FollowFromTheContainer()
    {
        var name = LinkNames.OutsideOf(new ContainerId("web"));

        name.Length.ShouldBe(15);
        LinkNames.IsOutside(name).ShouldBeTrue();
        LinkNames.OutsideOf(new ContainerId("web2")).ShouldNotBe(name);
        LinkNames.IsOutside("wrnothing").ShouldBeFalse();
        LinkNames.IsOutside("wrn0123456789aX").ShouldBeFalse();
        LinkNames.HardwareAddressOf(IPAddress.Parse("10.210.0.2")).ToString().ShouldBe("02570AD20002");
    }
}
