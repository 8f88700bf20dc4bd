using System.Net;
using Warren.Agent.Network.Addresses;

namespace Warren.Agent.Tests.Network;

public sealed class IpSubnetTests
{
    [Theory]
    [InlineData("10.210.0.0/24", "10.210.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.1")]
    [InlineData("fd77::/64", "fd77::1")]
    public void TryParse_Subnet_KnowsItsGateway(string text, string gateway)
    {
        IpSubnet.TryParse(text, out var subnet).ShouldBeTrue();
        subnet!.Gateway.ShouldBe(IPAddress.Parse(gateway));
        subnet.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("10.210.0.0")]
    [InlineData("10.210.0.1/24")]
    [InlineData("10.210.0.0/33")]
    [InlineData("10.210.0.0/-1")]
    [InlineData("10.210.0.0/24/1")]
    [InlineData("fd77::1/64")]
    [InlineData("fd77::/129")]
    [InlineData("fe80::%1/64")]
    [InlineData("warren/24")]
    public void TryParse_Other_IsRefused(string? text) => IpSubnet.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void At_And_NumberOf_AreInverse()
    {
        IpSubnet.TryParse("10.210.0.0/16", out var subnet);

        subnet!.At(0x1234).ShouldBe(IPAddress.Parse("10.210.18.52"));
        subnet.NumberOf(IPAddress.Parse("10.210.18.52")).ShouldBe((UInt128)0x1234);
    }

    [Theory]
    [InlineData("10.210.0.0/24", "10.210.0.0/24", true)]
    [InlineData("10.210.0.0/24", "10.210.0.128/25", true)]
    [InlineData("10.210.0.0/24", "10.210.0.0/23", false)]
    [InlineData("10.210.0.0/24", "10.211.0.0/24", false)]
    [InlineData("10.210.0.0/24", "fd77::/64", false)]
    [InlineData("0.0.0.0/0", "10.210.0.0/24", true)]
    [InlineData("fd77::/48", "fd77:0:0:7::/64", true)]
    public void Contains_Subnet_ComparesPrefixes(string outer, string inner, bool expected)
    {
        IpSubnet.TryParse(outer, out var one);
        IpSubnet.TryParse(inner, out var other);

        one!.Contains(other!).ShouldBe(expected);
    }
}
