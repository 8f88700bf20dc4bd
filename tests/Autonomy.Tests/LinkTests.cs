using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Autonomy.Tests;

/// <summary>A node whose link is cut while its tasks go on, and come to grief.</summary>
public sealed class LinkTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly ServiceName s_name = new("edge");
    private static readonly TimeSpan s_cut = TimeSpan.FromSeconds(60);

    /// <summary>From the end of a process to the next one's beginning, besides the delay of the restart policy. To find out that it is alone the node takes one second of it.</summary>
    private static readonly TimeSpan s_restart = TimeSpan.FromSeconds(2);

    private RealCluster Cluster => fixture.Cluster;

    private IServiceGrain Service => Cluster.Client.Service(s_name);

    [Fact]
    public async Task Link_CutFor60Seconds_CrashesInsideAreHealedAndNothingElseIsRestarted()
    {
        await Service.ApplyAsync(TestSpecs.OnEachNode(s_name.Value));
        var before = await Cluster.Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var node = Cluster.Nodes[0];
        var task = before.Tasks.Single(task => task.Node == node.Id).Id;
        var others = before.Tasks.Where(other => other.Id != task).Select(other => (other.Id, other.Observed.StartedAt)).Order().ToArray();

        // At once, when neither side knows yet that the link is gone; and once more when both do.
        var cut = TimeProvider.System.GetTimestamp();
        await node.Machine.CutLinkAsync();
        (await node.CrashAsync(task)).Time.ShouldBeLessThan(s_restart);
        await ClusterClient.UntilAsync(async () => await Cluster.Client.Node(node.Id).GetAsync(), seen => seen?.Status.Condition == NodeCondition.Lost, "the node is lost");
        var killedAt = TimeProvider.System.GetUtcNow();
        var (time, process) = await node.CrashAsync(task);
        time.ShouldBeInRange(RestartSpec.Default.Backoff, RestartSpec.Default.Backoff + s_restart);
        await Task.Delay(s_cut - TimeProvider.System.GetElapsedTime(cut));
        await node.Machine.RestoreLinkAsync();

        var after = await Cluster.Client.UntilAsync(s_name, status => status.Tasks.Any(seen => seen.Id == task && seen.Observed.LocalRestarts == 2), "the node has told all");
        await Cluster.Client.UntilReadyAsync(node.Id);
        (await node.ProcessesAsync()).ShouldBe([KeyValuePair.Create(task, process)]);
        var observed = after.Tasks.Single(seen => seen.Id == task).Observed;
        observed.State.ShouldBe(TaskState.Running);

        // As the runtime has recorded it: the second end within the window waits for the policy's delay.
        (observed.StartedAt!.Value - killedAt).ShouldBeInRange(RestartSpec.Default.Backoff, RestartSpec.Default.Backoff + s_restart);
        after.Tasks.Where(other => other.Id != task).Select(other => (other.Id, other.Observed.StartedAt)).Order().ShouldBe(others);
    }
}
