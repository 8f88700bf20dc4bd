using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Autonomy.Tests;

/// <summary>A worker whose clock is wrong by days, as that of a machine without a battery, and set right again.</summary>
public sealed class ClockTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const string Right = "+0", DaysAhead = "+3d", DaysBehind = "-3d", YearsAhead = "+20y";

    private static readonly ServiceName s_name = new("edge");
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(10);

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    [Fact]
    public async Task Clock_JumpsByDays_NothingIsRestartedAndWhatCrashesIsInTime()
    {
        await Client.Service(s_name).ApplyAsync(TestSpecs.OnEachNode(s_name.Value));
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var node = Cluster.Nodes[0];
        var (task, process) = (await node.ProcessesAsync()).Single();
        var clock = node.Machine.PathOf("clock");
        await SetAsync(clock, Right);
        await node.KillAsync();
        await node.StartAsync(clock);
        await Client.UntilReadyAsync(node.Id);

        // With a manager in reach: what it does meanwhile takes longer than a lease.
        foreach (var time in new[] { DaysAhead, DaysBehind, Right })
        {
            await SetAsync(clock, time);
            await HeardTimesAsync(node, 3);
            (await node.ProcessesAsync()).ShouldBe([KeyValuePair.Create(task, process)]);
        }

        // And alone, where delays are counted here.
        await node.Machine.CutLinkAsync();
        await ClusterClient.UntilAsync(async () => await Client.Node(node.Id).GetAsync(), seen => seen?.Status.Condition == NodeCondition.Lost, "the node is lost");
        foreach (var time in new[] { DaysAhead, DaysBehind })
        {
            await SetAsync(clock, time);
            var (took, next) = await node.CrashAsync(task);
            took.ShouldBeLessThan(s_soon);
            process = next;
        }

        // Past the end of all certificates none trusts the other; the tasks do not mind.
        await SetAsync(clock, YearsAhead);
        await node.Machine.RestoreLinkAsync();
        await node.KillAsync();
        await SetAsync(clock, DaysBehind);
        await node.StartAsync(clock);
        (await node.ProcessesAsync()).ShouldBe([KeyValuePair.Create(task, process)]);
        await SetAsync(clock, Right);
        await Client.UntilReadyAsync(node.Id);
        var status = await Client.UntilAsync(s_name, status => status.Tasks.Any(seen => seen.Id == task && seen.Observed.LocalRestarts == 2), "the node has told all");
        (await node.ProcessesAsync()).ShouldBe([KeyValuePair.Create(task, process)]);
        status.Tasks.Single(seen => seen.Id == task).Observed.State.ShouldBe(TaskState.Running);
    }

    /// <summary>After a power cut, as that of a machine whose battery is empty: by its clock no certificate is good any more.</summary>
    [Fact]
    public async Task Clock_YearsAheadAtABootWithNoManagerInReach_TasksRunAndItIsBackOnceTheClockIsSet()
    {
        await Client.Service(s_name).ApplyAsync(TestSpecs.OnEachNode(s_name.Value));
        await Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var node = Cluster.Nodes[1];
        var (task, first) = (await node.ProcessesAsync()).Single();
        var clock = node.Machine.PathOf("clock");
        await node.CutPowerAsync();
        await SetAsync(clock, YearsAhead);
        await node.Machine.StartContainerdAsync();
        await node.StartAsync(clock);
        var booted = await node.UntilAsync(running => running.ContainsKey(task), "its task runs");
        booted[task].ShouldNotBe(first);
        node.Logged.ShouldContain(line => line.Contains("the certificate ended on ", StringComparison.Ordinal) && line.Contains("all tasks go on", StringComparison.Ordinal));

        await node.Machine.RestoreLinkAsync();
        await SetAsync(clock, Right);
        await Client.UntilReadyAsync(node.Id);
        await Client.UntilAsync(s_name, status => status.Tasks.Any(seen => seen.Id == task && seen.Observed.LocalRestarts == 1), "the node has told all");
        (await node.ProcessesAsync()).ShouldBe(booted);
    }

    // Whoever reads it finds all of it.
    private static async Task SetAsync(string clock, string time)
    {
        await File.WriteAllTextAsync(clock + ".new", time + "\n");
        File.Move(clock + ".new", clock, overwrite: true);
    }

    private async Task HeardTimesAsync(RealWorker node, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var before = (await Client.Node(node.Id).GetAsync())!.Status.LastHeardAt;
            await ClusterClient.UntilAsync(async () => await Client.Node(node.Id).GetAsync(), seen => seen!.Status.LastHeardAt > before, "the node is heard");
        }
    }
}
