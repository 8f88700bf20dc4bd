using System.Net;
using Warren.Agent.Network;
using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Records;
using Warren.Agent.Network.Rules;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Tests.Network;

public sealed class PortMapsTests
{
    private static readonly IpSubnet s_ipv4 = IpSubnet.Of(IPAddress.Parse("10.210.0.0"), 24), s_ipv6 = IpSubnet.Of(IPAddress.Parse("fd77::"), 64);

    private static readonly LoopAddresses s_loop = LoopAddresses.Of(s_ipv6);

    public static TheoryData<string?, string[]> HostAddresses => new()
    {
        {
            null,
            [
                "ports4: tcp . 8080 : 10.210.0.5 . 80",
                "ports6: tcp . 8080 : fd77::5 . 80",
                "loopback_ports6: tcp . 8080",
                "own_ports6: fd77::ffff:fffd . tcp . 8080 : fd77::5 . 80",
            ]
        },
        { "0.0.0.0", ["ports4: tcp . 8080 : 10.210.0.5 . 80"] },
        { "127.0.0.1", ["own_ports4: 127.0.0.1 . tcp . 8080 : 10.210.0.5 . 80"] },
        {
            "::",
            ["ports6: tcp . 8080 : fd77::5 . 80", "loopback_ports6: tcp . 8080", "own_ports6: fd77::ffff:fffd . tcp . 8080 : fd77::5 . 80"]
        },
        { "::1", ["loopback_ports6: tcp . 8080", "own_ports6: fd77::ffff:fffd . tcp . 8080 : fd77::5 . 80"] },
        { "2001:db8::1", ["own_ports6: 2001:db8::1 . tcp . 8080 : fd77::5 . 80"] },
    };

    [Theory]
    [MemberData(nameof(HostAddresses))]
    public void ElementsOf_HostAddress_ChoosesTheMaps(string? address, string[] expected) =>
        PortMaps.ElementsOf(Record(address), s_loop).Select(element => $"{element.Map}: {element.ToNft()}").ShouldBe(expected);

    [Fact]
    public void ElementsOf_WithoutIpv6_AreIpv4Alone() =>
        PortMaps.ElementsOf(Record(null) with { Ipv6 = null }, null).Select(element => element.ToNft()).ShouldBe(["tcp . 8080 : 10.210.0.5 . 80"]);

    [Theory]
    [MemberData(nameof(HostAddresses))]
    public void Compose_FromTheElements_FindsTheRecordAgain(string? address, string[] elements)
    {
        elements.Length.ShouldBeGreaterThan(0);
        var record = Record(address);
        var kernel = new KernelRecords(new NamespaceFolder("/nowhere"), s_ipv4, s_ipv6);

        var found = kernel.Compose(record.Id, [IPAddress.Parse("fe80::1"), .. record.Addresses], PortMaps.ElementsOf(record, s_loop).ToHashSet());

        found.Ports.ShouldBe(record.Ports);
        (found with { Ports = [] }).ShouldBe(record with { Ports = [] });
    }

    [Fact]
    public void Change_ElementAsTheKernelKeepsIt_IsReadAgain()
    {
        var element = MapElement.Create("own_ports4", IPAddress.Parse("127.0.0.1"), PortProtocol.Udp, 0x1234, IPAddress.Parse("10.210.0.5"), 53);

        element.Key.ToArray().ShouldBe([127, 0, 0, 1, 17, 0, 0, 0, 0x12, 0x34, 0, 0]);
        element.Value.ToArray().ShouldBe([10, 210, 0, 5, 0, 53, 0, 0]);
        var messages = NetlinkMessage.ParseAll(NftMessages.Change("warren", [], [element]).Bytes);
        messages.Select(message => message.Type).ShouldBe([(ushort)16, (ushort)0x0a0c, (ushort)17]);
        messages[0].Payload.ShouldBe([0, 0, 0, 10]);
        NftMessages.Parse("own_ports4", messages[1]).ShouldBe([element]);
    }

    [Fact]
    public void Change_ManyElements_AreSplitIntoMessagesOfOneTransaction()
    {
        var elements = Enumerable.Range(1, 1000).Select(port => MapElement.Create("ports4", null, PortProtocol.Tcp, port, IPAddress.Parse("10.210.0.5"), 80));

        var messages = NetlinkMessage.ParseAll(NftMessages.Change("warren", [], elements).Bytes);

        messages.Count.ShouldBe(1 + 3 + 1);
        messages.SelectMany(message => message.Type == 0x0a0c ? NftMessages.Parse("ports4", message) : []).Count().ShouldBe(1000);
    }

    private static AttachmentRecord Record(string? hostAddress) => new(
        new ContainerId("web"), NetworkMode.Bridge, 5, IPAddress.Parse("10.210.0.5"), IPAddress.Parse("fd77::5"),
        [new PublishedPort(PortProtocol.Tcp, hostAddress is null ? null : IPAddress.Parse(hostAddress), 8080, 80)]);
}
