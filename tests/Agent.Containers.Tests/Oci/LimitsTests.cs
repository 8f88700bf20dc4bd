using System.Globalization;
using System.Text.Json.Nodes;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>What the processes of a container may use.</summary>
public sealed class LimitsTests(RuncBundles bundles) : IClassFixture<RuncBundles>
{
    private const int Killed = 128 + Signals.Kill;

    private static readonly ContainerSpec s_plain = new() { Image = "example.test/probe:1" };

    [Fact]
    public async Task Ulimits_Given_AreThoseOfTheProcess()
    {
        var spec = s_plain with
        {
            Security = new() { Ulimits = [new() { Name = "nofile", Soft = 100, Hard = 200 }, new() { Name = "core", Soft = 0, Hard = -1 }] },
        };

        var limits = (await RunAsync(spec, "report"))["limits"]!;

        limits["nofile"]!.ToJsonString().ShouldBe("""{"soft":100,"hard":200}""");
        limits["core"]!.ToJsonString().ShouldBe("""{"soft":0,"hard":-1}""");
    }

    [Theory]
    [InlineData(null, "0")]
    [InlineData(321, "321")]
    public async Task OomScore_GivenOrNot_IsThatOfTheProcess(int? given, string expected) =>
        (await RunAsync(s_plain with { Resources = new() { OomScoreAdjustment = given } }, "report")).Text("oomScoreAdj").ShouldBe(expected);

    [Fact]
    public async Task CpuLimit_Burning_GetsNoMoreThanThat()
    {
        var spec = s_plain with { Resources = new() { CpuLimitMillicores = 100, CpuShares = 512 } };

        (await ReadGroupAsync(spec, "cpu", "cpu.cfs_quota_us", "cpu.max")).ShouldBe(IsV2 ? "10000 100000" : "10000");
        (await ReadGroupAsync(spec, "cpu", "cpu.shares", "cpu.weight")).ShouldBe(IsV2 ? "20" : "512");
        // A tenth of two seconds, and some for the first and the last period.
        (await RunAsync(spec, "do", "burn", "2000")).Number("cpuMilliseconds").ShouldBeLessThan(600);
    }

    [Fact]
    public async Task CpuShares_FromTheReservation_AreThoseOfTheGroup() =>
        (await ReadGroupAsync(s_plain with { Resources = new() { CpuReservationMillicores = 2000 } }, "cpu", "cpu.shares", "cpu.weight"))
            .ShouldBe(IsV2 ? "79" : "2048");

    [Fact]
    public async Task MemoryLimit_Exceeded_KillsTheProcess()
    {
        var resources = new ResourceSpec { MemoryLimit = 32 << 20, MemoryReservation = 16 << 20 };
        var spec = s_plain with { Resources = resources };

        (await ReadGroupAsync(spec, "memory", "memory.limit_in_bytes", "memory.max")).ShouldBe(Text(32 << 20));
        (await ReadGroupAsync(spec, "memory", "memory.soft_limit_in_bytes", "memory.low")).ShouldBe(Text(16 << 20));
        if (bundles.Node.SwapAccounting)
            (await ReadGroupAsync(spec, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max")).ShouldBe(IsV2 ? "0" : Text(32 << 20));
        (await RunAsync(spec, "do", "alloc", Text(8 << 20))).Number("touched").ShouldBe(8 << 20);
        var (code, _, _) = await (await bundles.CreateAsync(spec, ["do", "alloc", Text(64 << 20)])).TryRunAsync();
        code.ShouldBe(Killed);
    }

    [Fact]
    public async Task PidsLimit_Exceeded_RefusesFurtherProcesses()
    {
        const int Again = 11;

        var answer = await RunAsync(s_plain with { Resources = new() { PidsLimit = 10 } }, "do", "spawn", "30");

        answer.Number("made").ShouldBe(9);
        answer.Number("errno").ShouldBe(Again);
        (await RunAsync(s_plain, "do", "spawn", "30")).Number("made").ShouldBe(30);
    }

    private bool IsV2 => bundles.Node.Cgroups == CgroupVersion.V2;

    private async Task<string> ReadGroupAsync(ContainerSpec spec, string controller, string file1, string file2) =>
        (await RunAsync(spec, "do", "read", IsV2 ? $"/sys/fs/cgroup/{file2}" : $"/sys/fs/cgroup/{controller}/{file1}")).Content();

    private async Task<JsonNode> RunAsync(ContainerSpec spec, params string[] probe) => await (await bundles.CreateAsync(spec, probe)).RunAsync();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
