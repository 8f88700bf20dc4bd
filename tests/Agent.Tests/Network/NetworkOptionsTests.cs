using Warren.Agent.Network;

namespace Warren.Agent.Tests.Network;

public sealed class NetworkOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreRight() => new NetworkOptions().Validate().ShouldBeEmpty();

    [Fact]
    public void Validate_AllWrong_NamesEach()
    {
        var options = new NetworkOptions
        {
            Bridge = "Warren0123456",
            Subnet = "10.210.0.0/30",
            Ipv6Subnet = "fd77::/96",
            Mtu = 1000,
            Table = "a-b",
            NamespaceFolder = "netns",
            DataFile = "network.db",
            FirstHostPort = 50000,
            LastHostPort = 40000,
            TrustedInterfaces = ["wg0", "a name"],
            RepairDelay = TimeSpan.Zero,
            RepairInterval = TimeSpan.FromSeconds(-1),
        };

        options.Validate().Select(problem => problem.Split(':')[0]).ShouldBe(
        [
            "bridge", "table", "subnet", "ipv6-subnet", "mtu", "namespace folder", "data file", "host ports", "trusted interfaces", "repair delay", "repair interval",
        ]);
    }

    [Theory]
    [InlineData("warren0\n")]
    [InlineData("0warren")]
    [InlineData("")]
    public void Validate_BridgeName_IsOneThatTheKernelAndNftTake(string name) =>
        new NetworkOptions { Bridge = name }.Validate().Single().ShouldStartWith("bridge: must be");

    [Fact]
    public void Validate_SmallMtuWithoutIpv6_IsRight() => new NetworkOptions { Ipv6Subnet = null, Mtu = 1000 }.Validate().ShouldBeEmpty();
}
