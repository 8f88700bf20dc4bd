using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Scheduling;

public sealed class PlacingTests
{
    [Fact]
    public async Task Pending_NothingFits_SaysWhyAndIsPlacedWhenItFits()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2);
        await Node(cluster, "n1").UpdateAsync(new() { Availability = NodeAvailability.Drained });
        var spec = A.Service();
        await cluster.Service().ApplyAsync(spec with { Placement = spec.Placement with { Constraints = ["node.labels.zone==eu"] } });
        await cluster.WhenAsync(status =>
            status?.Tasks.SingleOrDefault()?.Observed is { State: TaskState.Pending, Reason: "no suitable node: 1 fails node.labels.zone==eu, 1 drained" });

        await Node(cluster, "n2").UpdateAsync(new() { Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("zone", "eu") });

        await cluster.WhenAsync(status => status?.Tasks.Any(task => task.Observed.State == TaskState.Running && task.Node == new NodeId("n2")) == true);
    }

    [Fact]
    public async Task SiloKilled_AtEachWriteOfANode_AllTasksRunOnce()
    {
        for (var write = 1; write <= 3; write++)
        {
            await using var cluster = await TestCluster.StartAsync(nodes: 3);
            var (left, isAfter) = (write, write % 2 == 0);
            var killed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            cluster.Store.AtWrite = async (silo, grain, after) =>
            {
                if (!grain.ToString().StartsWith("node/", StringComparison.Ordinal) || after != isAfter || Interlocked.Decrement(ref left) != 0) return;
                killed.SetResult(silo);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
            };
            await cluster.Service().ApplyAsync(A.Service(replicas: 9));
            try
            {
                await cluster.ReplaceAsync(await killed.Task.WaitAsync(Limit.Long));
            }
            catch (OrleansException)
            {
                // A silo cannot start twice in one second; the two that are left are enough.
            }

            await cluster.WhenAsync(
                status => status?.Tasks.Count(task => task is { Observed.State: TaskState.Running, Desired: DesiredState.Running }) == 9,
                what: $"nine tasks run after a kill at write {write}");
            cluster.Agents.SelectMany(agent => agent.Running).Select(task => task.Slot).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task StoreAway_WhilePlacing_IsPlacedWhenItIsBack()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2);
        var isAway = false;
        cluster.Store.AtWrite = (_, grain, after) => isAway && !after && grain.ToString().StartsWith("node/", StringComparison.Ordinal)
            ? throw new IOException("the store is away")
            : Task.CompletedTask;
        isAway = true;
        await cluster.Service().ApplyAsync(A.Service(replicas: 4));
        await cluster.WhenAsync(status => status?.Tasks.Any(task => task.Observed.Reason.Contains("unreachable", StringComparison.Ordinal)) == true);
        isAway = false;
        await cluster.WhenAsync(status => status?.Tasks.Count(task => task.Observed.State == TaskState.Running) == 4);
    }

    [Fact]
    public async Task SchedulerLost_WhileTasksWait_TheNextOneAsksForThem()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1);
        await Node(cluster, "n1").UpdateAsync(new() { Availability = NodeAvailability.Cordoned });
        await cluster.Service().ApplyAsync(A.Service(replicas: 3));
        await cluster.WhenAsync(status => status?.Tasks.All(task => task.Observed.Reason == "no suitable node: 1 cordoned") == true);
        foreach (var silo in cluster.SiloNames.Take(2).ToArray()) await cluster.ReplaceAsync(silo);
        await cluster.WhenAsync(
            async () => await Node(cluster, "n1").UpdateAsync(NodeSpec.Default) is { Spec.Availability: NodeAvailability.Active }, () => "the node is active");
        await cluster.WhenAsync(status => status?.Tasks.Count(task => task.Observed.State == TaskState.Running) == 3);
    }

    private static INodeGrain Node(TestCluster cluster, string id) => cluster.Client.GetGrain<INodeGrain>(id);
}
