using System.Net;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Network;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network;

/// <summary>Who reaches whom, seen from both ends. The same with and without the kernel's filtering inside bridges, which turns packets round there.</summary>
public abstract class ReachTests : IAsyncLifetime
{
    private readonly bool _bridgeFilter;
    private TestNode _node = null!;

    protected ReachTests(bool bridgeFilter) => _bridgeFilter = bridgeFilter;

    public async Task InitializeAsync()
    {
        _node = TestNode.Create();
        try
        {
            foreach (var name in new[] { "iptables", "ip6tables" })
                _node.Host.Run("sh", "-c", $"echo {(_bridgeFilter ? 1 : 0)} > /proc/sys/net/bridge/bridge-nf-call-{name}");
            await _node.StartAgentAsync();
        }
        catch
        {
            // Nobody else does after a failed beginning.
            await _node.DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData(PortProtocol.Tcp, TestNode.Address4, TestNode.LanAddress4)]
    [InlineData(PortProtocol.Tcp, TestNode.Address6, TestNode.LanAddress6)]
    [InlineData(PortProtocol.Udp, TestNode.Address4, TestNode.LanAddress4)]
    [InlineData(PortProtocol.Udp, TestNode.Address6, TestNode.LanAddress6)]
    public async Task Published_FromOutside_SeesTheRealClient(PortProtocol protocol, string node, string client)
    {
        await ServeAsync("web", protocol, 80, 8080);

        (await _node.Lan.AskAsync(protocol, node, 8080)).ShouldBe(IPAddress.Parse(client));
    }

    [Theory]
    [InlineData(PortProtocol.Tcp, "127.0.0.1", "10.210.0.1")]
    [InlineData(PortProtocol.Udp, "127.0.0.1", "10.210.0.1")]
    [InlineData(PortProtocol.Tcp, "127.8.9.1", "10.210.0.1")]
    [InlineData(PortProtocol.Tcp, "::1", "fd77:6172:7265:6e00::1")]
    [InlineData(PortProtocol.Udp, "::1", "fd77:6172:7265:6e00::1")]
    [InlineData(PortProtocol.Tcp, "10.210.0.1", "10.210.0.1")]
    [InlineData(PortProtocol.Tcp, "fd77:6172:7265:6e00::1", "fd77:6172:7265:6e00::1")]
    [InlineData(PortProtocol.Tcp, TestNode.Address4, TestNode.Address4)]
    [InlineData(PortProtocol.Udp, TestNode.Address4, TestNode.Address4)]
    [InlineData(PortProtocol.Tcp, TestNode.Address6, TestNode.Address6)]
    [InlineData(PortProtocol.Udp, TestNode.Address6, TestNode.Address6)]
    public async Task Published_FromTheNode_IsReached(PortProtocol protocol, string node, string client)
    {
        await ServeAsync("web", protocol, 80, 8080);

        (await _node.Host.AskAsync(protocol, node, 8080)).ShouldBe(IPAddress.Parse(client));
    }

    [Theory]
    [InlineData(PortProtocol.Tcp, "10.210.0.1")]
    [InlineData(PortProtocol.Tcp, "fd77:6172:7265:6e00::1")]
    [InlineData(PortProtocol.Tcp, TestNode.Address4)]
    [InlineData(PortProtocol.Tcp, TestNode.Address6)]
    [InlineData(PortProtocol.Udp, TestNode.Address4)]
    [InlineData(PortProtocol.Udp, TestNode.Address6)]
    public async Task Published_FromContainers_IsReachedByTheOthersAndByItself(PortProtocol protocol, string node)
    {
        var web = await ServeAsync("web", protocol, 80, 8080);
        var other = new NetworkNamespace((await _node.AttachAsync("other")).NamespacePath);
        var gateway = IPAddress.Parse(node.Contains(':', StringComparison.Ordinal) ? "fd77:6172:7265:6e00::1" : "10.210.0.1");

        (await other.AskAsync(protocol, node, 8080)).ShouldBe(gateway);
        (await web.AskAsync(protocol, node, 8080)).ShouldBe(gateway);
    }

    [Fact]
    public async Task Published_PortOfTheOtherProtocol_IsClosed()
    {
        await ServeAsync("web", PortProtocol.Udp, 80, 8080);

        (await _node.Lan.IsClosedAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBeTrue();
    }

    [Fact]
    public async Task PublishedAtAnAddress_IsReachedThereOnly()
    {
        await ServeAsync("lan-only", PortProtocol.Tcp, 80, 8080, TestNode.Address4);
        await ServeAsync("six-only", PortProtocol.Tcp, 80, 8080, TestNode.Address6);
        await ServeAsync("local-only", PortProtocol.Tcp, 80, 8080, "127.0.0.1");
        await ServeAsync("local-six-only", PortProtocol.Tcp, 80, 8080, "::1");
        await ServeAsync("four", PortProtocol.Tcp, 80, 8081, "0.0.0.0");

        (await _node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        (await _node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address6, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress6));
        (await _node.Host.AskAsync(PortProtocol.Tcp, "127.0.0.1", 8080)).ShouldBe(IPAddress.Parse("10.210.0.1"));
        (await _node.Host.AskAsync(PortProtocol.Tcp, "::1", 8080)).ShouldBe(IPAddress.Parse("fd77:6172:7265:6e00::1"));
        (await _node.Host.IsClosedAsync(PortProtocol.Tcp, "10.210.0.1", 8080)).ShouldBeTrue();
        (await _node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8081)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        (await _node.Lan.IsClosedAsync(PortProtocol.Tcp, TestNode.Address6, 8081)).ShouldBeTrue();
    }

    /// <summary>A neighbour on the LAN, or a container, sends packets for 127.0.0.1 to the node's hardware address.</summary>
    [Fact]
    public async Task Loopback_OfTheNode_IsOutOfReachFromOutside()
    {
        await ServeAsync("local-only", PortProtocol.Tcp, 80, 8080, "127.0.0.1");
        _node.Keep(await _node.Host.ServeAsync(PortProtocol.Tcp, 9000, IPAddress.Loopback));
        var other = new NetworkNamespace((await _node.AttachAsync("other")).NamespacePath);
        LeadLoopbackTo(_node.Lan, "lan0", TestNode.Address4);
        LeadLoopbackTo(other, "eth0", "10.210.0.1");

        (await _node.Host.AskAsync(PortProtocol.Tcp, "127.0.0.1", 9000)).ShouldBe(IPAddress.Loopback);
        (await _node.Lan.IsClosedAsync(PortProtocol.Tcp, "127.0.0.1", 8080)).ShouldBeTrue();
        (await other.IsClosedAsync(PortProtocol.Tcp, "127.0.0.1", 9000)).ShouldBeTrue();
        (await other.IsClosedAsync(PortProtocol.Tcp, "127.0.0.1", 8080)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(PortProtocol.Tcp, TestNode.LanAddress4, TestNode.Address4)]
    [InlineData(PortProtocol.Udp, TestNode.LanAddress4, TestNode.Address4)]
    [InlineData(PortProtocol.Tcp, TestNode.LanAddress6, TestNode.Address6)]
    [InlineData(PortProtocol.Udp, TestNode.LanAddress6, TestNode.Address6)]
    public async Task Outbound_LeavesByTheNodesAddress(PortProtocol protocol, string server, string node)
    {
        _node.Keep(await _node.Lan.ServeAsync(protocol, 9000));
        var container = new NetworkNamespace((await _node.AttachAsync("client")).NamespacePath);

        (await container.AskAsync(protocol, server, 9000)).ShouldBe(IPAddress.Parse(node));
    }

    [Fact]
    public async Task Containers_AmongThemselves_SeeEachOthersAddresses()
    {
        var server = await _node.AttachAsync("server");
        await _node.ServeAsync(server, PortProtocol.Tcp, 80);
        var client = await _node.AttachAsync("client");

        foreach (var (to, from) in server.Addresses.Zip(client.Addresses))
            (await new NetworkNamespace(client.NamespacePath).AskAsync(PortProtocol.Tcp, to.ToString(), 80)).ShouldBe(from);
    }

    [Fact]
    public async Task Unpublished_FromOutsideThroughTheNode_IsOutOfReach()
    {
        var attachment = await _node.AttachAsync("db");
        await _node.ServeAsync(attachment, PortProtocol.Tcp, 5432);
        _node.Lan.Run("ip", "route", "add", "10.210.0.0/24", "via", TestNode.Address4);
        _node.Lan.Run("ip", "-6", "route", "add", "fd77:6172:7265:6e00::/64", "via", TestNode.Address6);

        foreach (var address in attachment.Addresses)
        {
            (await _node.Host.AskAsync(PortProtocol.Tcp, address.ToString(), 5432)).ToString().ShouldBe(
                address.ToString().Contains(':', StringComparison.Ordinal) ? "fd77:6172:7265:6e00::1" : "10.210.0.1");
            (await _node.Lan.IsClosedAsync(PortProtocol.Tcp, address.ToString(), 5432)).ShouldBeTrue();
        }
    }

    private static void LeadLoopbackTo(NetworkNamespace machine, string link, string gateway)
    {
        machine.Run("sh", "-c", $"echo 1 > /proc/sys/net/ipv4/conf/{link}/route_localnet");
        machine.Run("ip", "addr", "flush", "dev", "lo");
        machine.Run("ip", "route", "add", "127.0.0.1/32", "via", gateway, "dev", link);
    }

    private async Task<NetworkNamespace> ServeAsync(string id, PortProtocol protocol, int port, int hostPort, string? address = null)
    {
        var attachment = await _node.AttachAsync(id, Ports.Of(protocol, port, hostPort, address));
        attachment.Ports.ShouldBe([new PublishedPort(protocol, address is null ? null : IPAddress.Parse(address), hostPort, port)]);
        return await _node.ServeAsync(attachment, protocol, port);
    }
}
