using System.Text.Json;
using Warren.Harness.Clusters;
using Warren.Services;

namespace Warren.EndToEnd.Tests;

/// <summary>What <c>warren top</c> shows of processes whose use is known, and while a node is away.</summary>
public sealed class StatsTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private const long Mebibyte = 1 << 20;

    private static readonly ServiceName s_name = new("busy");

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Client.Service(s_name).RemoveAsync();
        await Client.UntilGoneAsync(s_name);
    }

    [Fact]
    public async Task Top_LoopLimitedToHalfACore_UsesAboutHalfACore()
    {
        await RunAsync("while :; do :; done", cpu: 500, memory: null);
        await Cluster.TopAsync("tasks", "--service", s_name.Value);
        var task = (await Cluster.TopAsync("tasks", "--service", s_name.Value)).Single();

        // On a busy machine a process may get no more than its limit for a while, and is not held back then; and the agent may be held up while it reads.
        for (var i = 0; i < 30 && (Cores(task, "cpuCores") is < 0.3 or > 0.6 || Cores(task, "cpuCoresThrottled") == 0); i++) task = (await Cluster.TopAsync("tasks", "--service", s_name.Value)).Single();
        Cores(task, "cpuCores").ShouldBeInRange(0.3, 0.6);
        Cores(task, "cpuCoresThrottled").ShouldBeGreaterThan(0);
        var node = (await Cluster.TopAsync("nodes", "--node", task.GetProperty("node").GetString()!)).Single();
        Cores(node, "cpuCores").ShouldBeGreaterThan(0.3);
        node.GetProperty("cpuCoresTotal").GetInt32().ShouldBe(Environment.ProcessorCount);
        Number(node, "memory").ShouldBeInRange(1, Number(node, "memoryTotal"));
        Number(node, "disk").ShouldBeInRange(1, Number(node, "diskTotal"));
    }

    [Fact]
    public async Task Top_ProcessThatTakes64MiB_UsesThat()
    {
        // It reads them all, and has nobody to write them to.
        await RunAsync("dd if=/dev/zero bs=64M count=1 | sleep 100000 & wait", cpu: null, memory: 256 * Mebibyte);
        var task = (await Cluster.TopAsync("tasks", "--service", s_name.Value)).Single();
        for (var i = 0; i < 20 && Number(task, "memory") < 64 * Mebibyte; i++) task = (await Cluster.TopAsync("tasks", "--service", s_name.Value)).Single();
        Number(task, "memory").ShouldBeInRange(64 * Mebibyte, 80 * Mebibyte);
        Number(task, "memoryLimit").ShouldBe(256 * Mebibyte);
        task.GetProperty("pids").GetInt32().ShouldBeInRange(3, 4);
        var service = (await Cluster.TopAsync("services", "--service", s_name.Value)).Single();
        Number(service, "memory").ShouldBeInRange(64 * Mebibyte, 80 * Mebibyte);
    }

    [Fact]
    public async Task Top_NodeWhoseAgentIsKilled_IsShownAsSuchAndTheOthersAreNotHeldUp()
    {
        await Client.Service(s_name).ApplyAsync(TestSpecs.OnEachNode(s_name.Value));
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var away = Cluster.Nodes[0];
        await away.KillAsync();
        try
        {
            var tasks = await Cluster.TopAsync("tasks", "--service", s_name.Value);
            tasks.Count.ShouldBe(Cluster.Nodes.Count);
            foreach (var task in tasks) task.TryGetProperty("notice", out _).ShouldBe(task.GetProperty("node").GetString() == away.Id.Value);
        }
        finally
        {
            await away.StartAsync();
            await away.UntilRegisteredAsync();
            await Client.UntilReadyAsync(away.Id);
        }

        (await Cluster.TopAsync("tasks", "--service", s_name.Value)).ShouldAllBe(task => Number(task, "memory") > 0);
    }

    private static double Cores(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static long Number(JsonElement element, string name) => long.Parse(element.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);

    private async Task RunAsync(string script, int? cpu, long? memory)
    {
        var spec = TestSpecs.Sleeper(s_name.Value);
        await Client.Service(s_name).ApplyAsync(spec with
        {
            Container = spec.Container with
            {
                Command = ["/bin/sh", "-c", $"trap 'exit 0' TERM; {script}"],
                Resources = spec.Container.Resources with { CpuLimitMillicores = cpu, MemoryLimit = memory },
            },
        });
        await Client.UntilRunningAsync(s_name, 1);
    }
}
