using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Autonomy.Tests;

/// <summary>A node whose link is cut while its tasks go on, and come to grief.</summary>
[Collection(TimesCollection.Name)]
public sealed class LinkTests(ClusterFixture fixture)
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

        // The machine may have much else to do; of several nodes, one after the other, one has to be in time.
        var longest = TimeSpan.MaxValue;
        for (var i = 0; i < Cluster.Nodes.Count && longest >= s_restart; i++) longest = await CutAsync(Cluster.Nodes[i]);
        longest.ShouldBeLessThan(s_restart);
    }

    /// <summary>Cuts a node's link, and crashes its task twice meanwhile.</summary>
    /// <returns>The longest that a restart took, besides the delay of the restart policy.</returns>
    private async Task<TimeSpan> CutAsync(RealWorker node)
    {
        var before = await Cluster.Client.UntilRunningAsync(s_name, Cluster.Nodes.Count);
        var task = before.Tasks.Single(task => task.Node == node.Id).Id;
        var others = before.Tasks.Where(other => other.Id != task).Select(other => (other.Id, other.Observed.StartedAt)).Order().ToArray();

        // At once, when neither side knows yet that the link is gone; and once more when both do.
        var cut = TimeProvider.System.GetTimestamp();
        await node.Machine.CutLinkAsync();
        var (first, _) = await node.CrashAsync(task);
        await ClusterClient.UntilAsync(async () => await Cluster.Client.Node(node.Id).GetAsync(), seen => seen?.Status.Condition == NodeCondition.Lost, "the node is lost");
        var killedAt = TimeProvider.System.GetUtcNow();
        var (second, process) = await node.CrashAsync(task);
        second.ShouldBeGreaterThanOrEqualTo(RestartSpec.Default.Backoff);
        await Task.Delay(s_cut - TimeProvider.System.GetElapsedTime(cut));
        await node.Machine.RestoreLinkAsync();

        var after = await Cluster.Client.UntilAsync(s_name, status => status.Tasks.Any(seen => seen.Id == task && seen.Observed.LocalRestarts == 2), "the node has told all");
        await Cluster.Client.UntilReadyAsync(node.Id);
        (await node.ProcessesAsync()).ShouldBe([KeyValuePair.Create(task, process)]);
        var observed = after.Tasks.Single(seen => seen.Id == task).Observed;
        observed.State.ShouldBe(TaskState.Running);

        // As the runtime has recorded it: the second end within the window waits for the policy's delay.
        var recorded = observed.StartedAt!.Value - killedAt;
        recorded.ShouldBeGreaterThanOrEqualTo(RestartSpec.Default.Backoff);
        after.Tasks.Where(other => other.Id != task).Select(other => (other.Id, other.Observed.StartedAt)).Order().ShouldBe(others);
        return new[] { first, second - RestartSpec.Default.Backoff, recorded - RestartSpec.Default.Backoff }.Max();
    }
}
