using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>What <c>warrend worker</c> says of settings that cannot be used: all of it at once, before it begins anything.</summary>
public sealed class WorkerSettingsTests
{
    [Fact]
    public async Task Worker_WrongNetworkSettings_NamesEachByItsOptionAndEndsWith2()
    {
        using var folder = TempFolder.Create("settings");
        var (code, _, errors) = await Tool.TryAsync(
            DaemonProgram.Path, "worker", "--data-dir", folder.File("data"), "--run-dir", folder.File("run"), "--runtime", "fake",
            "--bridge", "Warren 0", "--subnet", "10.210.0.0/30", "--ipv6-subnet", "fd77::/96");
        code.ShouldBe(2);
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(
        [
            "warrend worker cannot start:",
            "--bridge: must be 1 to 12 of a-z, 0-9, '-' and '_', beginning with a letter, was 'Warren 0'",
            "--subnet: must be an IPv4 subnet such as 10.210.0.0/24, of length 8 to 29, without bits behind it, was '10.210.0.0/30'",
            "--ipv6-subnet: must be an IPv6 subnet such as fd77:6172:7265:6e00::/64, of length 16 to 64, without bits behind it, was 'fd77::/96'",
        ]);
        Directory.Exists(folder.File("data")).ShouldBeFalse();
    }

    [Fact]
    public async Task Worker_WithoutIpv6_StartsWithNoSubnetOfIt()
    {
        using var folder = TempFolder.Create("settings");
        await using var worker = ChildProcess.Start(
            "worker", DaemonProgram.Path,
            ["worker", "--data-dir", folder.File("data"), "--run-dir", folder.File("run"), "--runtime", "fake", "--ipv6-subnet", "none"]);
        await worker.LineAsync("worker is ready", TimeSpan.FromMinutes(1));
    }
}
