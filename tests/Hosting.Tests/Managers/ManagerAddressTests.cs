using Warren.Hosting.Managers;

namespace Warren.Hosting.Tests.Managers;

public sealed class ManagerAddressTests
{
    [Theory]
    [InlineData("manager-1", "manager-1", 2390)]
    [InlineData("manager-1.example.test:2400", "manager-1.example.test", 2400)]
    [InlineData("10.1.2.3", "10.1.2.3", 2390)]
    [InlineData("10.1.2.3:1", "10.1.2.3", 1)]
    [InlineData("fd00::1", "fd00::1", 2390)]
    [InlineData("[fd00::1]", "fd00::1", 2390)]
    [InlineData("[fd00::1]:2400", "fd00::1", 2400)]
    public void TryParse_Address_HasHostAndPort(string text, string host, int port)
    {
        ManagerAddress.TryParse(text, out var address).ShouldBeTrue();
        address.ShouldBe(new ManagerAddress(host, port));
        ManagerAddress.TryParse(address!.ToString(), out var again).ShouldBeTrue();
        again.ShouldBe(address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("manager:")]
    [InlineData("manager:0")]
    [InlineData("manager:65536")]
    [InlineData("manager:x")]
    [InlineData("man ager")]
    [InlineData(":2390")]
    public void TryParse_None_IsRefused(string text) => ManagerAddress.TryParse(text, out _).ShouldBeFalse();
}
