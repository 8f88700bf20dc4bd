using System.Globalization;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Autonomy.Tests;

/// <summary>A node whose disk is too full removes images by itself, also when it is alone, and never one that it may need again.</summary>
public sealed class ImageTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    // The needed one goes by its tag if it was there before its task, and else by its digest.
    private const string Unused = "example.test/unused:1", Needed = "example.test/busybox";

    private static readonly ServiceName s_name = new("edge");

    [Fact]
    public async Task Disk_AboveTheMark_LosesImagesThatNoTaskNeedsAndNoOthers()
    {
        var (cluster, service) = (fixture.Cluster, fixture.Cluster.Client.Service(s_name));
        await service.ApplyAsync(TestSpecs.OnEachNode(s_name.Value) with { Restart = new() { Delay = TimeSpan.FromSeconds(25) } });
        await using var node = await cluster.AddWorkerAsync(
            "--image-high-percent", "1", "--image-low-percent", "0", "--image-min-age", "0:00:00", "--image-interval", "0:00:01");
        await cluster.Client.UntilRunningAsync(s_name, cluster.Nodes.Count + 1);
        await ImportAsync(node);
        await UntilGoneAsync(node, Unused);
        (await ImagesAsync(node)).ShouldContain(image => image.StartsWith(Needed, StringComparison.Ordinal));

        // Alone it goes on so, and one that has crashed, of which not even the container is left, has its image when it is its time to start again.
        await node.Machine.CutLinkAsync();
        var (task, process) = (await node.ProcessesAsync()).Single();
        await Tool.RunAsync("kill", "-KILL", process.ToString(CultureInfo.InvariantCulture));
        await node.UntilAsync(running => running.Count == 0, "it has ended");
        await DeleteAsync(node, task.ToString());
        await ImportAsync(node);
        await UntilGoneAsync(node, Unused);
        (await node.ProcessesAsync()).ShouldBeEmpty();
        (await ImagesAsync(node)).ShouldContain(image => image.StartsWith(Needed, StringComparison.Ordinal));
        await node.UntilAsync(running => running.ContainsKey(task), "it runs again");

        await node.Machine.RestoreLinkAsync();
        await service.RemoveAsync();
        await cluster.Client.UntilGoneAsync(s_name);
        await UntilGoneAsync(node, Needed);
    }

    /// <summary>The agent clears away what has ended at the same moment, which the command takes for a failure.</summary>
    private static Task DeleteAsync(RealWorker node, string container) => ClusterClient.UntilAsync(
        async () =>
        {
            var containers = await node.Machine.Containerd.CtrAsync("containers", "ls", "-q");
            if (!containers.Split('\n').Contains(container)) return true;
            try
            {
                await node.Machine.Containerd.CtrAsync("containers", "delete", container);
            }
            catch (ChildFailedException)
            {
                return false;
            }

            return true;
        },
        isGone => isGone,
        $"the container {container} is deleted");

    private static async Task ImportAsync(RealWorker node) =>
        await TestImage.Create(Unused, [TestLayer.Busybox(), new TestLayer().File("etc/unused", "unused")]).ImportIntoAsync(node.Machine.Containerd);

    private static Task UntilGoneAsync(RealWorker node, string image) =>
        ClusterClient.UntilAsync(() => ImagesAsync(node), images => !images.Any(one => one.StartsWith(image, StringComparison.Ordinal)), $"{image} is gone");

    private static async Task<string[]> ImagesAsync(RealWorker node) =>
        (await node.Machine.Containerd.CtrAsync("images", "ls", "-q")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
