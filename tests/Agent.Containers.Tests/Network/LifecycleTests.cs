using System.Net;
using System.Net.Sockets;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Network;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network;

/// <summary>What comes and goes with a container.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task Attach_Bridge_GivesAddressesInterfaceAndMtu()
    {
        await using var node = await TestNode.StartNewAsync();

        var attachment = await node.AttachAsync("web-1.a");

        attachment.Addresses.ShouldBe([IPAddress.Parse("10.210.0.2"), IPAddress.Parse("fd77:6172:7265:6e00::2")]);
        var container = new NetworkNamespace(attachment.NamespacePath);
        var link = container.Run("ip", "-o", "link", "show", "eth0");
        link.ShouldContain($"mtu {TestNode.UplinkMtu}");
        link.ShouldContain("link/ether 02:57:0a:d2:00:02");
        container.Run("ip", "-br", "link", "show", "lo").ShouldContain("UP");
        container.Run("ip", "route").ShouldContain("default via 10.210.0.1 dev eth0");
        container.Run("ip", "-6", "route").ShouldContain("default via fd77:6172:7265:6e00::1 dev eth0");
        node.Host.Run("ip", "link", "show", "master", "warren0").ShouldContain("alias warren:web-1.a");
    }

    [Fact]
    public async Task Attach_None_HasLoopbackAlone()
    {
        await using var node = await TestNode.StartNewAsync();

        var attachment = await node.AttachAsync("alone", NetworkMode.None);

        attachment.Addresses.ShouldBeEmpty();
        var links = new NetworkNamespace(attachment.NamespacePath).Run("ip", "-br", "-4", "addr").Trim().Split('\n');
        links.Length.ShouldBe(1);
        links[0].ShouldStartWith("lo ");
        links[0].ShouldContain("127.0.0.1/8");
        await node.DetachAsync("alone");
        node.Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Attach_WithoutIpv6_GivesIpv4Alone()
    {
        await using var node = await TestNode.StartNewAsync(new() { Ipv6Subnet = null });
        var attachment = await node.AttachAsync("web", Ports.Tcp(80, 8080));
        var container = await node.ServeAsync(attachment, PortProtocol.Tcp, 80);

        attachment.Addresses.ShouldBe([IPAddress.Parse("10.210.0.2")]);
        container.Run("ip", "-6", "addr", "show", "dev", "eth0").ShouldBe("");
        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        (await node.Lan.IsClosedAsync(PortProtocol.Tcp, TestNode.Address6, 8080)).ShouldBeTrue();
        node.Host.Run("ip", "-br", "link").ShouldNotContain("warren0-l0");
    }

    [Fact]
    public async Task Detach_LeavesNothing()
    {
        await using var node = await TestNode.StartNewAsync();
        await node.AttachAsync("web", Ports.Tcp(80, 8080), Ports.Udp(53), Ports.Tcp(81, 8081, "127.0.0.1"), Ports.Tcp(82, 8082, "::1"));
        node.Leftovers().Count.ShouldBe(1 + 1 + 1 + 5);

        await node.DetachAsync("web");

        node.Leftovers().ShouldBeEmpty();
        (await node.ListAsync()).ShouldBeEmpty();
        await node.DetachAsync("web");
        await node.DetachAsync("never-was");
    }

    [Fact]
    public async Task Attach_Again_IsTheSame()
    {
        await using var node = await TestNode.StartNewAsync();
        var first = await node.AttachAsync("web", Ports.Tcp(80));

        var second = await node.AttachAsync("web", Ports.Tcp(80));

        second.Addresses.ShouldBe(first.Addresses);
        second.Ports.ShouldBe(first.Ports);
        second.Ports[0].HostPort.ShouldBe(32768);
        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("web", Ports.Tcp(81)));
        refusal.Fault.ShouldBe(NetworkFault.Failed);
        refusal.Message.ShouldContain("must be disconnected first");
    }

    [Fact]
    public async Task Attach_AfterPartsWereRemoved_PutsThemBack()
    {
        await using var node = await TestNode.StartNewAsync();
        var attachment = await node.AttachAsync("web", Ports.Tcp(80, 8080));
        await node.ServeAsync(attachment, PortProtocol.Tcp, 80);
        var link = node.Host.Run("ip", "-br", "link", "show", "master", "warren0").Split('@')[0];
        node.Host.Run("ip", "link", "del", link);

        await node.AttachAsync("web", Ports.Tcp(80, 8080));

        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
    }

    /// <summary>A running container is connected again by an agent that takes it over: it loses nothing by that, whatever is wrong with the node.</summary>
    [Fact]
    public async Task Attach_AgainAndFails_LeavesWhatIsThere()
    {
        // What is broken here is the call's to mend, and not the watch's before it.
        await using var node = await TestNode.StartNewAsync(repairDelay: TimeSpan.FromHours(1));
        var attachment = await node.AttachAsync("web", Ports.Tcp(80, 8080));
        await node.ServeAsync(attachment, PortProtocol.Tcp, 80);
        var there = node.Leftovers().Count;
        node.Host.Run("nft", "delete", "table", "inet", "warren");
        node.Host.Run("nft", "table inet site { chain through { type filter hook forward priority 0; policy drop; }; }");

        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("web", Ports.Tcp(80, 8080)));

        refusal.Fault.ShouldBe(NetworkFault.Prerequisite);
        node.Host.Run("nft", "delete", "table", "inet", "site");
        (await node.ListAsync()).Single().Addresses.ShouldBe(attachment.Addresses);
        node.Leftovers().Count.ShouldBe(there);
        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
    }

    [Fact]
    public async Task Attach_InvalidRequest_TellsAllProblems()
    {
        await using var node = await TestNode.StartNewAsync();

        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("web", Ports.Tcp(0, 70000, "here")));

        refusal.Message.ShouldContain("ports[0].container port: must be 1 to 65535, was 0");
        refusal.Message.ShouldContain("ports[0].host port: must be 1 to 65535, was 70000");
        refusal.Message.ShouldContain("ports[0].host address: must be an IPv4 or IPv6 address, was 'here'");
        (await node.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Attach_SubnetFull_NamesItAndKeepsNothing()
    {
        await using var node = await TestNode.StartNewAsync(new() { Subnet = "10.210.7.0/29" });
        for (var i = 0; i < 5; i++) await node.AttachAsync($"c{i}");

        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("one-more", Ports.Tcp(80, 8080)));

        refusal.Fault.ShouldBe(NetworkFault.AddressesExhausted);
        refusal.Message.ShouldContain("all 5 addresses of the containers' subnet 10.210.7.0/29 are taken");
        (await node.ListAsync()).Length.ShouldBe(5);
        await node.DetachAsync("c3");
        (await node.AttachAsync("one-more", Ports.Tcp(80, 8080))).Addresses[0].ShouldBe(IPAddress.Parse("10.210.7.5"));
    }

    [Fact]
    public async Task Attach_AddressFreed_GoesOutAfterAllOthers()
    {
        await using var node = await TestNode.StartNewAsync();
        await node.AttachAsync("a");
        await node.DetachAsync("a");

        (await node.AttachAsync("b")).Addresses[0].ShouldBe(IPAddress.Parse("10.210.0.3"));
    }

    [Fact]
    public async Task Attach_PortOfAContainer_NamesIt()
    {
        await using var node = await TestNode.StartNewAsync();
        await node.AttachAsync("first", Ports.Tcp(80, 8080), Ports.Udp(53, 5353, "127.0.0.1"));

        var refusal = await Should.ThrowAsync<NetworkException>(
            node.AttachAsync("second", Ports.Tcp(80, 8080, TestNode.Address4), Ports.Udp(53, 5353), Ports.Tcp(80, 8081)));

        refusal.Fault.ShouldBe(NetworkFault.PortConflict);
        refusal.Message.ShouldContain("port 198.51.100.1:8080/tcp is published by container first");
        refusal.Message.ShouldContain("port 5353/udp is published by container first");
        (await node.ListAsync()).Length.ShouldBe(1);
        (await node.AttachAsync("second", Ports.Udp(80, 8080), Ports.Udp(53, 5353, TestNode.Address4))).Ports.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Attach_PortOfAProgram_NamesItAndItsProcess()
    {
        await using var node = await TestNode.StartNewAsync();
        node.Keep(await node.Host.ServeAsync(PortProtocol.Tcp, 8080, IPAddress.Loopback));
        var name = (await File.ReadAllTextAsync("/proc/self/comm")).Trim();

        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("web", Ports.Tcp(80, 8080)));

        refusal.Fault.ShouldBe(NetworkFault.PortConflict);
        refusal.Message.ShouldContain($"port 8080/tcp is in use by {name} (process {Environment.ProcessId})");
        (await node.ListAsync()).ShouldBeEmpty();
        node.Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Attach_AddressOfAnotherNode_IsRefused()
    {
        await using var node = await TestNode.StartNewAsync();

        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("web", Ports.Tcp(80, 8080, "203.0.113.9")));

        refusal.Message.ShouldContain("port 203.0.113.9:8080/tcp is at an address that this node does not have");
    }

    [Fact]
    public async Task PublishedPort_IsKeptFreeOfPrograms()
    {
        await using var node = await TestNode.StartNewAsync();
        await node.AttachAsync("web", Ports.Tcp(80, 8080));

        var refusal = await Should.ThrowAsync<SocketException>(node.Host.ServeAsync(PortProtocol.Tcp, 8080, IPAddress.Any));

        refusal.SocketErrorCode.ShouldBe(SocketError.AddressAlreadyInUse);
        await node.DetachAsync("web");
        node.Keep(await node.Host.ServeAsync(PortProtocol.Tcp, 8080, IPAddress.Any));
    }

    [Fact]
    public async Task Attach_HostPortOpen_ChoosesFreeOnesInTurn()
    {
        await using var node = await TestNode.StartNewAsync(new() { FirstHostPort = 40000, LastHostPort = 40003 });
        node.Keep(await node.Host.ServeAsync(PortProtocol.Tcp, 40001, IPAddress.Any));

        (await node.AttachAsync("a", Ports.Tcp(80), Ports.Tcp(81))).Ports.Select(port => port.HostPort).ShouldBe([40000, 40002]);
        await node.DetachAsync("a");
        (await node.AttachAsync("b", Ports.Tcp(80))).Ports[0].HostPort.ShouldBe(40003);
        await node.AttachAsync("c", Ports.Tcp(80), Ports.Tcp(81));
        var refusal = await Should.ThrowAsync<NetworkException>(node.AttachAsync("d", Ports.Tcp(80)));
        refusal.Fault.ShouldBe(NetworkFault.PortConflict);
        refusal.Message.ShouldContain("all ports of the node from 40000 to 40003 are taken");
    }

    [Fact]
    public async Task Attach_TwentyAtOnce_AllDiffer()
    {
        await using var node = await TestNode.StartNewAsync();

        var attachments = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => node.AttachAsync($"c{i}", Ports.Tcp(80))));

        attachments.Select(attachment => attachment.Addresses[0]).Distinct().Count().ShouldBe(20);
        attachments.Select(attachment => attachment.Ports[0].HostPort).Distinct().Count().ShouldBe(20);
        foreach (var attachment in attachments)
        {
            await node.ServeAsync(attachment, PortProtocol.Tcp, 80);
            (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, attachment.Ports[0].HostPort)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        }

        await Task.WhenAll(attachments.Select(attachment => node.DetachAsync(attachment.Id.Value)));
        node.Leftovers().ShouldBeEmpty();
    }

    /// <summary>A client that sends from one port without a pause keeps its tracked connection alive.</summary>
    [Fact]
    public async Task Udp_ContainerReplaced_ClientThatKeepsSendingReachesTheNewOne()
    {
        await using var node = await TestNode.StartNewAsync();
        using var client = await node.Lan.OpenDatagramsAsync(new IPEndPoint(IPAddress.Parse(TestNode.Address4), 5353));
        await node.AttachAsync("old", Ports.Udp(53, 5353));
        await client.SendAsync("?"u8.ToArray());
        await node.DetachAsync("old");

        var attachment = await node.AttachAsync("new", Ports.Udp(53, 5353));
        await node.ServeAsync(attachment, PortProtocol.Udp, 53);

        (await NetworkNamespace.AskAsync(client)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
    }
}
