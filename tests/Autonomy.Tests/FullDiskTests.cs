using Warren.Harness.Clusters;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Autonomy.Tests;

/// <summary>A node whose disk is full: neither its database nor the folder of a new container can be written.</summary>
public sealed class FullDiskTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const int Megabytes = 24;

    private static readonly ServiceName s_stays = new("stays"), s_goes = new("goes");

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    /// <summary>What runs goes on and what ends is told; what cannot be started waits for room; nothing of it is lost when the link is down as well.</summary>
    [Fact]
    public async Task Disk_FullWhileTasksEnd_TellsEachEndAndGoesOnOnceThereIsRoom()
    {
        var (node, disk) = await Cluster.AddWorkerOnSmallDiskAsync(Megabytes);
        await using var parts = node;
        await using var space = disk;
        foreach (var name in new[] { s_stays, s_goes }) await Client.Service(name).ApplyAsync(TestSpecs.OnEachNode(name.Value));
        foreach (var name in new[] { s_stays, s_goes }) await Client.UntilRunningAsync(name, Cluster.Nodes.Count + 1);
        var before = await node.ProcessesAsync();
        var stays = before.Keys.Single(task => task.Service == s_stays);
        var goes = before.Keys.Single(task => task.Service == s_goes);

        disk.Fill();

        // Told to stop one, it does so and clears it away, though it can note down neither.
        await Client.Service(s_goes).RemoveAsync();
        await Client.UntilGoneAsync(s_goes);
        Directory.GetFileSystemEntries(disk.Folder, $"{goes}*", SearchOption.AllDirectories).ShouldBeEmpty();
        (await node.ProcessesAsync()).ShouldBe([KeyValuePair.Create(stays, before[stays])]);

        // Alone, one crashes. If it cannot be started for want of room, it is once there is some.
        await node.Machine.CutLinkAsync();
        await ClusterClient.UntilAsync(async () => await Client.Node(node.Id).GetAsync(), seen => seen?.Status.Condition == Nodes.NodeCondition.Lost, "the node is lost");
        await TestSupport.Processes.Tool.RunAsync("kill", "-KILL", before[stays].ToString(System.Globalization.CultureInfo.InvariantCulture));
        await node.UntilAsync(running => !running.TryGetValue(stays, out var process) || process != before[stays], "it has ended");
        disk.Free();
        var after = await node.UntilAsync(running => running.TryGetValue(stays, out var process) && process != before[stays], "it runs again");
        await node.Machine.RestoreLinkAsync();

        var status = await Client.UntilAsync(s_stays, seen => seen.Tasks.Any(task => task.Id == stays && task.Observed.LocalRestarts >= 1), "the restart is told");
        status.Tasks.Single(task => task.Id == stays).Observed.State.ShouldBe(TaskState.Running);
        (await node.ProcessesAsync()).ShouldBe(after);

        // The database has caught up: the next agent takes over what there is.
        await node.KillAsync();
        await node.StartAsync();
        await Client.UntilReadyAsync(node.Id);
        (await node.ProcessesAsync()).ShouldBe(after);
        node.Logged.ShouldNotContain(line => line.Contains("are put aside", StringComparison.Ordinal));
        await Client.Service(s_stays).RemoveAsync();
        await Client.UntilGoneAsync(s_stays);
    }
}
