using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Network;
using Warren.Agent.Network.NameFiles;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Network;

public sealed class NameFileTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("names");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Bridge_NamesTheContainerAndWhatIsAdded()
    {
        var paths = Write(new() { ExtraHosts = ImmutableSortedDictionary<string, string>.Empty.Add("db", "10.0.0.7"), Hostname = "shop" });

        File.ReadAllText(paths.Hosts).ShouldBe(
            """
            127.0.0.1	localhost
            ::1	localhost ip6-localhost ip6-loopback
            fe00::	ip6-localnet
            ff00::	ip6-mcastprefix
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters
            10.210.0.2	shop
            fd77::2	shop
            10.0.0.7	db

            """);
        File.ReadAllText(paths.HostnameFile).ShouldBe("shop\n");
        paths.Hostname.ShouldBe("shop");
        File.GetUnixFileMode(paths.Hosts).ShouldBe(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Directory.EnumerateFiles(_folder.File("container")).Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("web", "web")]
    [InlineData("web-frontend-1.abcdef", "web-frontend")]
    [InlineData("web-frontenz.1", "web-frontenz")]
    [InlineData("web-fronten-1", "web-fronten")]
    public void Write_NoHostname_IsTheBeginningOfTheId(string id, string expected) => Write(new() { Id = id }).Hostname.ShouldBe(expected);

    [Fact]
    public void Write_HostNetwork_TakesTheNodesFiles()
    {
        Node("etc/hosts", "127.0.0.1 localhost node7");
        Node("etc/resolv.conf", "nameserver 127.0.0.53\nsearch example.org\n");
        Node("proc/sys/kernel/hostname", "node7\n");

        var paths = Write(new()
        {
            Mode = NetworkMode.Host,
            Addresses = [],
            ExtraHosts = ImmutableSortedDictionary<string, string>.Empty.Add("db", "10.0.0.7"),
        });

        paths.Hostname.ShouldBe("node7");
        File.ReadAllText(paths.Hosts).ShouldBe("127.0.0.1 localhost node7\n10.0.0.7\tdb\n");
        File.ReadAllText(paths.ResolvConf).ShouldBe("nameserver 127.0.0.53\nsearch example.org\n");
    }

    [Theory]
    [InlineData("nameserver 192.0.2.53\nnameserver 127.0.0.1\n", null, "nameserver 192.0.2.53\n")]
    [InlineData("nameserver 127.0.0.53\noptions edns0\nsearch lan\n", "nameserver 192.0.2.54\nsearch other\n", "nameserver 192.0.2.54\nsearch lan\noptions edns0\n")]
    [InlineData("nameserver 127.0.0.53\n", "nameserver 192.0.2.54\nsearch behind\n", "nameserver 192.0.2.54\nsearch behind\n")]
    [InlineData("nameserver ::1\nnameserver fe80::1%eth0\n", null, "")]
    [InlineData("# nothing\n", "nameserver 192.0.2.54\n", "")]
    [InlineData("domain a\nsearch b c\n\tnameserver\t2001:db8::53 # ours\noptions ndots:2\noptions rotate\n", null, "nameserver 2001:db8::53\nsearch b c\noptions ndots:2 rotate\n")]
    [InlineData(null, null, "")]
    public void Write_NodesServers_AreThoseThatAContainerReaches(string? node, string? resolved, string expected)
    {
        if (node is not null) Node("etc/resolv.conf", node);
        if (resolved is not null) Node("run/systemd/resolve/resolv.conf", resolved);

        File.ReadAllText(Write(new()).ResolvConf).ShouldBe(expected);
    }

    [Fact]
    public void Write_SettingsOfTheContainer_ReplaceTheNodes()
    {
        Node("etc/resolv.conf", "nameserver 192.0.2.53\nsearch lan\noptions edns0\n");

        File.ReadAllText(Write(new() { Servers = ["127.0.0.1", "192.0.2.9"] }).ResolvConf)
            .ShouldBe("nameserver 127.0.0.1\nnameserver 192.0.2.9\nsearch lan\noptions edns0\n");
        File.ReadAllText(Write(new() { Search = ["."], Options = ["ndots:5", "timeout:1"] }).ResolvConf)
            .ShouldBe("nameserver 192.0.2.53\noptions ndots:5 timeout:1\n");
    }

    [Fact]
    public void Write_TooLarge_IsRefused()
    {
        Node("etc/hosts", new string('#', (1 << 20) + 1));

        Should.Throw<NetworkException>(() => Write(new() { Mode = NetworkMode.Host })).Message.ShouldContain("etc/hosts of this node has 1048577 bytes");
        Should.Throw<NetworkException>(() => Write(new() { Hostname = new string('a', 65) })).Message.ShouldContain("has 65 characters and Linux takes 64");
    }

    private void Node(string name, string text)
    {
        var path = _folder.File("node/" + name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private NameFilePaths Write(Given given) => new NameFileWriter(NullLogger<NameFileWriter>.Instance, _folder.File("node")).Write(new(
        new ContainerId(given.Id),
        _folder.File("container"),
        new() { Mode = given.Mode, DnsServers = given.Servers, DnsSearch = given.Search, DnsOptions = given.Options },
        given.Addresses,
        given.Hostname,
        given.ExtraHosts));

    private sealed record Given
    {
        public string Id { get; init; } = "web";

        public NetworkMode Mode { get; init; }

        public ImmutableArray<string> Servers { get; init; } = [];

        public ImmutableArray<string> Search { get; init; } = [];

        public ImmutableArray<string> Options { get; init; } = [];

        public ImmutableArray<IPAddress> Addresses { get; init; } = [IPAddress.Parse("10.210.0.2"), IPAddress.Parse("fd77::2")];

        public string? Hostname { get; init; }

        public ImmutableSortedDictionary<string, string> ExtraHosts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    }
}
