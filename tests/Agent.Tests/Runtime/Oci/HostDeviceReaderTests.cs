using Warren.Agent.Runtime.Oci;
using Warren.Containers;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class HostDeviceReaderTests
{
    [Fact]
    public void Read_LinkToADevice_IsThatDeviceAtTheLinksPlace()
    {
        using var folder = TempFolder.Create("devices");
        File.CreateSymbolicLink(folder.File("link"), "/dev/null");

        var device = Read(folder.File("link")).Single();

        (device.Path, device.IsBlock, device.Major, device.Minor).ShouldBe((folder.File("link"), false, 1L, 3L));
        device.Mode.ShouldBe(Convert.ToUInt32("666", 8));
    }

    [Fact]
    public void Read_FolderWithLinks_TakesTheDevicesAlone()
    {
        using var folder = TempFolder.Create("devices");
        File.CreateSymbolicLink(folder.File("link"), "/dev/null");
        File.WriteAllText(folder.File("file"), "");

        Read(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Read_NothingThere_IsEmpty()
    {
        Read("/dev/no-such-device").ShouldBeEmpty();
        Read("/dev/null/below").ShouldBeEmpty();
    }

    [Fact]
    public void Read_Privileged_TakesAllButWhatContainersHaveOfTheirOwn()
    {
        var paths = HostDeviceReader.Read(new SecuritySpec { Privileged = true }).Select(device => device.Path).ToList();

        paths.ShouldContain("/dev/null");
        paths.ShouldNotContain("/dev/console");
        paths.ShouldNotContain(path => path.StartsWith("/dev/pts/", StringComparison.Ordinal));
    }

    private static HostDevice[] Read(string source) => [.. HostDeviceReader.Read(new SecuritySpec { Devices = [new() { Source = source }] })];
}
