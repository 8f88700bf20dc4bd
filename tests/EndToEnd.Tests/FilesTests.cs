using System.Security.Cryptography;
using System.Text;
using Warren.Configs;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>Secrets and configs that change, as a process that reads them over and over sees it from inside its container.</summary>
public sealed class FilesTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    // Large enough that a file written in place would be read half.
    private const int Size = 500_000;

    private static readonly ServiceName s_name = new("reader");
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    private ISecretGrain Secret => Client.Grains.GetGrain<ISecretGrain>("key");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Client.Service(s_name).RemoveAsync();
        await Client.UntilGoneAsync(s_name);
        await Secret.RemoveAsync(force: true);
    }

    [Fact]
    public async Task Secret_ReplacedInPlace_IsSeenWholeWithItsSignalByTheSameProcess()
    {
        var (node, task, process) = await RunAsync(ReferencePolicy.InPlace);
        await using var logs = Follow();
        await logs.LineAsync(Saw(task, 'a'), s_limit);
        for (var content = 'b'; content <= 'e'; content++)
        {
            await SetAsync(content);
            await logs.LineAsync(Saw(task, content), s_limit);
            await logs.LineAsync($"{task} | signalled", s_limit);
        }

        (await node.ProcessesAsync())[task].ShouldBe(process);
        (await LogAsync()).Where(line => line.Contains("saw", StringComparison.Ordinal)).ShouldBe("abcde".Select(content => Saw(task, content)));
        (await Client.Service(s_name).GetAsync())!.Tasks.ShouldHaveSingleItem().Id.ShouldBe(task);
    }

    [Fact]
    public async Task Secret_ReplacedWhileTheAgentIsKilledOverAndOver_IsInTheEndTheLastAndNeverHalf()
    {
        var (node, task, process) = await RunAsync(ReferencePolicy.InPlace);
        await using var logs = Follow();
        await logs.LineAsync(Saw(task, 'a'), s_limit);
        for (var round = 0; round < 3; round++)
        {
            await SetAsync((char)('b' + (2 * round)));
            await node.KillAsync();
            await SetAsync((char)('c' + (2 * round)));
            await node.StartAsync();
            await logs.LineAsync(Saw(task, (char)('c' + (2 * round))), s_limit);
            await logs.LineAsync($"{task} | signalled", s_limit);
        }

        (await node.ProcessesAsync())[task].ShouldBe(process);
        (await LogAsync()).Where(line => line.Contains("saw", StringComparison.Ordinal)).Except("abcdefg".Select(content => Saw(task, content))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Secret_ReplacedByARollout_IsSeenByASuccessor()
    {
        var (_, task, _) = await RunAsync(ReferencePolicy.Rollout);
        await using var logs = Follow();
        await logs.LineAsync(Saw(task, 'a'), s_limit);
        await SetAsync('b');
        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Any(other => other.Id != task) && ClusterClient.Running(status).Count() == 1, "the successor runs");
        await logs.LineAsync(Saw(ClusterClient.Running(after).Single().Id, 'b'), s_limit);
        (await LogAsync()).ShouldNotContain(Saw(task, 'b'));
    }

    [Fact]
    public async Task Config_Template_IsFilledInByEachNodeWithItsLabels()
    {
        var config = Client.Grains.GetGrain<IConfigGrain>("where");
        const string Content = "{{task.name}} on {{node.hostname}} in {{node.labels.zone | default \"nowhere\"}}\n";
        await config.ApplyAsync(new() { Name = new("where"), Content = Encoding.ASCII.GetBytes(Content), IsTemplate = true });
        var spec = TestSpecs.OnEachNode(s_name.Value);
        spec = spec with
        {
            Container = spec.Container with { Command = ["/bin/sh", "-c", "trap 'exit 0' TERM; cat /where; sleep 100000 & wait"] },
            Configs = [new() { Config = new("where") }],
        };
        var node = Cluster.Nodes[0];
        await Client.Node(node.Id).UpdateAsync(NodeSpec.Default with { Labels = NodeSpec.Default.Labels.Add("zone", "north") });
        await using var logs = Follow();
        await Client.Service(s_name).ApplyAsync(spec);
        var tasks = ClusterClient.Running(await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count)).ToArray();
        foreach (var task in tasks)
            await logs.LineAsync($"{task.Id} | {task.Id.Service}.{task.Id.Slot} on {task.Node} in {(task.Node == node.Id ? "north" : "nowhere")}", s_limit);

        // Its successor is of the same version, and has the label as it is by then.
        await Client.Node(node.Id).UpdateAsync(NodeSpec.Default with { Labels = NodeSpec.Default.Labels.Add("zone", "south") });
        var victim = tasks.Single(task => task.Node == node.Id).Id;
        await node.Machine.Containerd.CtrAsync("tasks", "kill", "--signal", "SIGKILL", victim.ToString());
        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Any(task => task.Node == node.Id && task.Id != victim), "its successor runs");
        var successor = ClusterClient.Running(after).Single(task => task.Node == node.Id).Id;
        await logs.LineAsync($"{successor} | {successor.Service}.{successor.Slot} on {node.Id} in south", s_limit);
        await config.RemoveAsync(force: true);
    }

    private async Task<(RealWorker Node, TaskId Task, int Process)> RunAsync(ReferencePolicy policy)
    {
        const string Script = """
            trap 'exit 0' TERM
            trap 'echo signalled' HUP
            last=
            while :; do
                now=$(sha256sum < /run/secrets/key)
                [ "$now" = "$last" ] || echo "saw $now"
                last=$now
            done
            """;
        await SetAsync('a');
        var spec = TestSpecs.Sleeper(s_name.Value);
        await Client.Service(s_name).ApplyAsync(spec with
        {
            Container = spec.Container with { Command = ["/bin/sh", "-c", Script] },
            Secrets = [new() { Secret = new("key"), OnChange = policy, Signal = policy == ReferencePolicy.InPlace ? "SIGHUP" : null }],
        });
        var task = ClusterClient.Running(await Client.UntilRunningAsync(s_name, 1)).Single();
        var node = Cluster.Nodes.Single(node => node.Id == task.Node);
        return (node, task.Id, (await node.ProcessesAsync())[task.Id]);
    }

    private Task<SecretRecord> SetAsync(char content) =>
        Secret.ApplyAsync(new() { Name = new("key"), Value = Encoding.ASCII.GetBytes(new string(content, Size)) });

    private static string Saw(TaskId task, char content) =>
        $"{task} | saw {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(new string(content, Size))))}  -";

    private ChildProcess Follow() =>
        ChildProcess.Start("logs", CliProgram.Path, ["--host", Cluster.ApiSocket, "service", "logs", "--follow", s_name.Value]);

    private async Task<string[]> LogAsync() =>
        (await Tool.RunAsync(CliProgram.Path, "--host", Cluster.ApiSocket, "service", "logs", s_name.Value)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
