using System.Net;
using System.Text;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Network;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network;

/// <summary>What outlives the agent, and what it finds out about when it comes back or somebody else changes the node.</summary>
public sealed class RestartTests
{
    private static readonly string[] s_verbs = ["attach", "attach", "detach"];

    [Fact]
    public async Task Restart_TakesUpWhatIsThere_AndConnectionsLive()
    {
        await using var node = await TestNode.StartNewAsync();
        var before = await node.AttachAsync("web", Ports.Tcp(80, 8080), Ports.Udp(53));
        await node.AttachAsync("alone", NetworkMode.None);
        using var listener = await new NetworkNamespace(before.NamespacePath).ListenAsync(80);
        using var client = await node.Lan.ConnectAsync(TestNode.Address4, 8080);
        using var server = await listener.AcceptAsync();
        var table = node.Host.Run("nft", "-a", "list", "table", "inet", "warren");

        await node.KillAgentAsync();
        await client.SendAsync("while away"u8.ToArray());
        await node.StartAgentAsync();
        await client.SendAsync(" and after"u8.ToArray());

        (await ReadAsync(server, 20)).ShouldBe("while away and after");
        var after = await node.ListAsync();
        after.Select(attachment => attachment.Id.Value).ShouldBe(["alone", "web"]);
        after[1].Addresses.ShouldBe(before.Addresses);
        after[1].Ports.ShouldBe(before.Ports);
        // Handles are new where a rule was written again, so equal listings mean that none was.
        node.Host.Run("nft", "-a", "list", "table", "inet", "warren").ShouldBe(table);
        (await node.AttachAsync("other", Ports.Tcp(80))).Addresses[0].ShouldBe(IPAddress.Parse("10.210.0.3"));
    }

    [Theory]
    [InlineData("flush", "ruleset")]
    [InlineData("delete", "table", "inet", "warren")]
    [InlineData("flush", "chain", "inet", "warren", "publish")]
    public async Task RulesRemoved_ArePutBack(params string[] command)
    {
        await using var node = await TestNode.StartNewAsync();
        var attachment = await node.AttachAsync("web", Ports.Tcp(80, 8080));
        await node.ServeAsync(attachment, PortProtocol.Tcp, 80);
        await node.LogAsync("wrote the nftables table");

        node.Host.Run("nft", command);
        await node.LogAsync("wrote the nftables table warren with 4 elements");

        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        (await node.Host.AskAsync(PortProtocol.Tcp, "::1", 8080)).ShouldBe(IPAddress.Parse("fd77:6172:7265:6e00::1"));
    }

    [Theory]
    [InlineData("warren0")]
    [InlineData("warren0-l1")]
    public async Task InterfaceRemoved_IsPutBackWithItsContainers(string name)
    {
        await using var node = await TestNode.StartNewAsync();
        var attachment = await node.AttachAsync("web", Ports.Tcp(80, 8080));
        await node.ServeAsync(attachment, PortProtocol.Tcp, 80);

        var made = name == "warren0" ? "made the bridge" : "made the interfaces";
        await node.LogAsync(made);

        node.Host.Run("ip", "link", "del", name);
        await node.LogAsync(made);
        if (name == "warren0")
        {
            await node.LogAsync("connected web again");
            // An agent that looked in the middle of the first connecting has said so before.
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (!node.Host.Run("ip", "-br", "link", "show", "master", name).Contains("wrn", StringComparison.Ordinal)) await Task.Delay(20, limit.Token);
        }

        (await node.Lan.AskAsync(PortProtocol.Tcp, TestNode.Address4, 8080)).ShouldBe(IPAddress.Parse(TestNode.LanAddress4));
        (await node.Host.AskAsync(PortProtocol.Tcp, "::1", 8080)).ShouldBe(IPAddress.Parse("fd77:6172:7265:6e00::1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RecordsLost_AreReadFromTheKernel(bool isDamaged)
    {
        await using var node = await TestNode.StartNewAsync();
        var web = await node.AttachAsync(
            "web", Ports.Tcp(80, 8080), Ports.Udp(53, 5353, "127.0.0.1"), Ports.Tcp(81, 8081, "::1"), Ports.Tcp(82, 8082, "::"), Ports.Tcp(83, 8083, "0.0.0.0"));
        await node.AttachAsync("alone", NetworkMode.None);
        await node.KillAgentAsync();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(node.Options.DataFile)!, "network.db*"))
        {
            if (!isDamaged) File.Delete(file);
            else await File.WriteAllTextAsync(file, new string('x', 10_000));
        }

        await node.StartAgentAsync();

        var found = await node.ListAsync();
        found.Select(attachment => attachment.Id.Value).ShouldBe(["alone", "web"]);
        found[0].Addresses.ShouldBeEmpty();
        found[1].Addresses.ShouldBe(web.Addresses);
        found[1].Ports.ShouldBe(web.Ports, ignoreOrder: true);
        File.Exists(node.Options.DataFile + ".damaged").ShouldBe(isDamaged);
        (await Should.ThrowAsync<NetworkException>(node.AttachAsync("other", Ports.Tcp(80, 8080)))).Fault.ShouldBe(NetworkFault.PortConflict);
    }

    [Fact]
    public async Task Sweep_RemovesWhatIsNotKept()
    {
        // What is broken here is the sweep's to mend, and not the watch's before it.
        await using var node = await TestNode.StartNewAsync(repairDelay: TimeSpan.FromHours(1));
        await node.AttachAsync("keep", Ports.Tcp(80, 8080));
        await node.AttachAsync("gone", Ports.Tcp(80, 8081));
        var kept = node.Leftovers().Count;
        node.Host.Run("ip", "link", "add", "wrn0123456789ab", "type", "veth", "peer", "name", "other-end");
        node.Host.Run("nft", "add", "element", "inet", "warren", "ports4", "{ tcp . 99 : 10.210.0.99 . 99 }");
        await File.WriteAllTextAsync(Path.Combine(node.Options.NamespaceFolder, "half-made"), "");

        var removed = await node.SweepAsync("keep");

        removed.ShouldContain(line => line.StartsWith("gone: interface, namespace, addresses 10.210.0.3", StringComparison.Ordinal));
        removed.ShouldContain("half-made: namespace");
        removed.ShouldContain(line => line.StartsWith("interface wrn0123456789ab", StringComparison.Ordinal));
        removed.ShouldContain(line => line.StartsWith("removed 1 and added 0 elements", StringComparison.Ordinal));
        removed.Length.ShouldBe(4);
        node.Leftovers().Count.ShouldBe(kept - 3);
        (await node.ListAsync()).Single().Id.Value.ShouldBe("keep");
        (await node.SweepAsync("keep")).ShouldBeEmpty();
    }

    /// <summary>The agent dies at any point of connecting and disconnecting, many times; nothing that it made stays behind.</summary>
    [Fact]
    public async Task KilledAtRandomPoints_LeavesNothing()
    {
        const int Cycles = 200, CommandsInARun = 8;
        var random = new Random(20261125);
        await using var node = TestNode.Create();
        for (var cycle = 0; cycle < Cycles; cycle += CommandsInARun)
        {
            await node.StartAgentAsync();
            for (var i = 0; i < CommandsInARun; i++)
            {
                var ports = new[] { Ports.Tcp(80), Ports.Udp(53, 5000 + i) };
                await node.SendAsync(new(0, s_verbs[random.Next(s_verbs.Length)], $"c{random.Next(6)}", Ports: ports));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)));
            await node.KillAgentAsync();
        }

        await node.StartAgentAsync();
        await node.SweepAsync();

        node.Leftovers().ShouldBeEmpty();
        (await node.ListAsync()).ShouldBeEmpty();
        (await node.SweepAsync()).ShouldBeEmpty();
        node.Host.Run("ip", "-br", "link", "show", "master", "warren0").ShouldBe("");
    }

    private static async Task<string> ReadAsync(System.Net.Sockets.Socket socket, int length)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[length];
        for (var count = 0; count < length;) count += await socket.ReceiveAsync(buffer.AsMemory(count), limit.Token);
        return Encoding.ASCII.GetString(buffer);
    }
}
