using System.Text;
using Warren.Configs;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Autonomy.Tests;

/// <summary>Nodes that boot without a manager, and those that come back to another state of affairs than they left.</summary>
public sealed class ReturnTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private const string Value = "hush-4711-and-no-more";

    private static readonly ServiceName s_name = new("edge");
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(15);

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    private IServiceGrain Service => Client.Service(s_name);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Service.RemoveAsync();
        await Client.UntilGoneAsync(s_name);
    }

    [Fact]
    public async Task Machine_BootsWithNoManagerInReach_RunsItsTasksWithTheirSecrets()
    {
        await Client.Grains.GetGrain<ISecretGrain>("password").ApplyAsync(new() { Name = new("password"), Value = Encoding.UTF8.GetBytes(Value) });
        await Client.Grains.GetGrain<IConfigGrain>("place").ApplyAsync(new() { Name = new("place"), Content = "{{node.id}}, {{service.name}}"u8.ToArray(), IsTemplate = true });
        await Service.ApplyAsync(TestSpecs.OnEachNode(s_name.Value) with
        {
            Secrets = [new() { Secret = new("password") }],
            Configs = [new() { Config = new("place"), Target = "/etc/place" }],
        });
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var node = Cluster.Nodes[0];
        var (task, first) = (await node.ProcessesAsync()).Single();

        await Cluster.KillManagerAsync();
        await node.CutPowerAsync();
        await node.Machine.StartContainerdAsync();
        var started = TimeProvider.System.GetTimestamp();
        await node.StartAsync();
        var booted = await node.UntilAsync(running => running.Count == 1, "its task runs");
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(s_soon);
        (booted.Keys.Single(), booted[task]).ShouldNotBe((task, first));
        (await node.ReadAsync(task, "/run/secrets/password")).ShouldBe(Value);
        (await node.ReadAsync(task, "/etc/place")).ShouldBe($"{node.Id}, {s_name}");
        var inMemory = await ShouldHaveNoValueAsync(node);

        // So that finding nothing means something: where it is found is memory, and the containers' own.
        inMemory.ShouldHaveSingleItem().ShouldEndWith("/run/secrets/password");

        // The agent alone, which finds what it started.
        await node.KillAsync();
        await node.StartAsync();
        await node.Machine.RestoreLinkAsync();
        await Cluster.StartManagerAsync();
        await Client.UntilReadyAsync(node.Id);
        var status = await Client.UntilAsync(s_name, status => status.Tasks.Any(seen => seen.Id == task && seen.Observed.LocalRestarts == 1), "the node has told all");
        (await node.ProcessesAsync()).ShouldBe(booted);
        status.Tasks.Select(seen => seen.Observed.State).ShouldBe(Enumerable.Repeat(TaskState.Running, Cluster.Nodes.Count));
    }

    /// <summary>Looks into all that the machine has: the worker's folders, containerd's with its database and the files of containers, and what was logged.</summary>
    /// <returns>The files in memory that hold it.</returns>
    private static async Task<string[]> ShouldHaveNoValueAsync(RealWorker node)
    {
        var memory = (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(line => line.Split(' ')).Where(mount => mount[2] == "tmpfs").Select(mount => mount[1] + "/").ToArray();
        string[] folders = [node.Machine.PathOf("data"), node.Machine.PathOf("run"), node.Machine.Containerd.Root, node.Machine.Containerd.State];
        var holders = (await Task.WhenAll(folders.Select(folder => NodeLooks.FilesWithAsync(folder, Value)))).SelectMany(files => files).ToArray();
        var inMemory = holders.Where(file => memory.Any(folder => folder.StartsWith(node.Machine.PathOf("run") + "/", StringComparison.Ordinal) && file.StartsWith(folder, StringComparison.Ordinal))).ToArray();
        holders.Except(inMemory).ShouldBeEmpty();
        Directory.GetFiles(node.Machine.PathOf("data")).Select(Path.GetFileName).ShouldContain("assignments.db-wal");
        Directory.GetFiles(node.Machine.Containerd.Root, "meta.db", SearchOption.AllDirectories).ShouldNotBeEmpty();
        node.Logged.ShouldNotBeEmpty();
        node.Logged.ShouldAllBe(line => !line.Contains(Value, StringComparison.Ordinal));
        return inMemory;
    }

    [Fact]
    public async Task Machine_ReturnsAfterItsTasksWereReplaced_StopsItsCopies()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper(s_name.Value, 6));
        await Client.UntilRunningAsync(s_name, 6);
        var node = Cluster.Nodes[1];
        var before = await node.ProcessesAsync();
        await node.Machine.CutLinkAsync();
        await node.CrashAsync(before.Keys.Min());
        await Client.UntilAsync(s_name, status => ClusterClient.Running(status).Count(task => task.Node != node.Id) == 6, "six run elsewhere");

        // Nobody has told it, so it boots into what it knows.
        await node.KillAsync();
        await node.Machine.Containerd.CutPowerAsync();
        await node.Machine.StartContainerdAsync();
        await node.StartAsync();
        (await node.UntilAsync(running => running.Count == before.Count, "its tasks run")).Keys.Order().ShouldBe(before.Keys.Order());

        await node.Machine.RestoreLinkAsync();
        await Client.UntilReadyAsync(node.Id);
        await node.UntilAsync(running => running.Count == 0, "its copies are stopped");
        await Client.UntilRunningAsync(s_name, 6);
        var all = new List<TaskId>();
        foreach (var other in Cluster.Nodes) all.AddRange((await other.ProcessesAsync()).Keys);
        all.Count.ShouldBe(6);
        all.ShouldNotContain(task => before.ContainsKey(task));
    }

    [Fact]
    public async Task Machine_ReturnsAfterAnUpdate_RunsTheNewVersionAlone()
    {
        var spec = TestSpecs.OnEachNode(s_name.Value);
        await Service.ApplyAsync(spec);
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var node = Cluster.Nodes[1];
        var old = (await node.ProcessesAsync()).Keys.Single();
        await node.Machine.CutLinkAsync();
        await node.CrashAsync(old);
        await ClusterClient.UntilAsync(async () => await Client.Node(node.Id).GetAsync(), seen => seen?.Status.Condition == NodeCondition.Lost, "the node is lost");

        var wanted = await Service.ApplyAsync(spec with { Container = spec.Container with { Env = spec.Container.Env.Add("VERSION", "2") } });
        await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Count(task => task.SpecVersion == wanted.Version) == Cluster.Nodes.Count - 1, "the others run the new version");
        (await node.ProcessesAsync()).Keys.ShouldBe([old]);

        await node.Machine.RestoreLinkAsync();
        await Client.UntilAsync(
            s_name,
            status => ClusterClient.Running(status).Count(task => task.SpecVersion == wanted.Version) == Cluster.Nodes.Count && status.Tasks.Count(task => !task.Observed.State.IsFinal) == Cluster.Nodes.Count,
            "all run the new version");
        (await node.ProcessesAsync()).Keys.ShouldHaveSingleItem().Generation.ShouldBeGreaterThan(old.Generation);
    }

    [Fact]
    public async Task Machine_RemovedWhileAway_CleansItselfUpWhenItHears()
    {
        await Client.Grains.GetGrain<ISecretGrain>("password").ApplyAsync(new() { Name = new("password"), Value = Encoding.UTF8.GetBytes(Value) });
        await Service.ApplyAsync(TestSpecs.OnEachNode(s_name.Value) with { Secrets = [new() { Secret = new("password") }] });
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        await using var node = await Cluster.AddWorkerAsync();
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count + 1);
        await node.Machine.CutLinkAsync();
        await Client.Node(node.Id).RemoveAsync(force: true);
        await node.CrashAsync((await node.ProcessesAsync()).Keys.Single());

        await node.Machine.RestoreLinkAsync();
        (await node.EndedAsync()).ShouldBe(3);
        (await node.Machine.Containerd.CtrAsync("containers", "ls", "-q")).Trim().ShouldBeEmpty();
        var left = Directory.GetFileSystemEntries(node.Machine.PathOf("data")).Select(Path.GetFileName).ToArray();
        foreach (var gone in new[] { "assignments.db", "assignments.db-wal", "identity", "node-id" }) left.ShouldNotContain(gone);

        // Whoever starts it again, as systemd may, is told the same at once.
        var (code, line) = await node.TryStartAsync("was removed from the cluster");
        code.ShouldBe(3);
        line.ShouldStartWith($"warrend worker has ended: the node {node.Id} was removed from the cluster (");
        line.ShouldEndWith("warrend worker --token TOKEN --manager HOST, without --node-id or with another");
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
    }
}
