using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;

namespace Warren.ControlPlane.Tests.Nodes;

/// <summary>Nodes that are slow to answer when those who knew them are gone.</summary>
public sealed class NodeCatalogTests
{
    private const int Nodes = 6;

    /// <summary>The catalog, the scheduler and the keeper go on without them, and must not do so for good.</summary>
    [Fact]
    public async Task Activate_NodesAreSlowToAnswer_TheyGetTasksOnceTheyHave()
    {
        await using var cluster = await TestCluster.StartAsync(Nodes);
        var (catalogAt, schedulerAt) = (Signal<string>(), Signal<string>());
        cluster.Store.AtWrite = (silo, writer, _) =>
        {
            if (IsOf("node-catalog", writer)) catalogAt.TrySetResult(silo);
            return Task.CompletedTask;
        };
        AtCall((silo, call, _) =>
        {
            if (IsOf("scheduler", call.SourceId)) schedulerAt.TrySetResult(silo);
            return Task.CompletedTask;
        });
        var joined = new ScriptedAgent(cluster.Client, "n7");
        cluster.Agents.Add(joined);
        await joined.StartAsync();
        await cluster.Service("first").ApplyAsync(A.Service("first", replicas: 1));
        await ServiceLifeTests.RunAsync(cluster, 1, "first");

        var (answer, read) = (Signal<bool>(), Signal<bool>());
        AtCall((_, call, isDone) =>
        {
            if (isDone && call.MethodName == nameof(INodeCatalogGrain.GetChangesAsync) && IsOf("scheduler", call.SourceId)) read.TrySetResult(true);
            return !isDone && call.MethodName == nameof(INodeGrain.GetAsync) && IsOf("node-catalog", call.SourceId) ? answer.Task : Task.CompletedTask;
        });
        var gone = new[] { await catalogAt.Task.WaitAsync(Limit.Long), await schedulerAt.Task.WaitAsync(Limit.Long) };
        foreach (var silo in gone.Select(silo => silo.Split('#')[0]).Distinct()) await cluster.StopAsync(silo);
        await read.Task.WaitAsync(Limit.Long);
        answer.SetResult(true);

        var spec = A.Service("web", replicas: Nodes + 1);
        await cluster.Service().ApplyAsync(spec with { Placement = spec.Placement with { MaxPerNode = 1 } });
        await ServiceLifeTests.RunAsync(cluster, Nodes + 1, "web");

        void AtCall(Func<string, IOutgoingGrainCallContext, bool, Task> at)
        {
            foreach (var faults in cluster.Faults.Values) faults.AtCall = at;
        }
    }

    /// <summary>As one that is about to move, which waits for the end of its calls and runs no timer meanwhile.</summary>
    [Fact]
    public async Task Read_ActivationWhoseTimersDoNotRing_IsAnswered()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        cluster.Time.Early = -Limit.Long;
        var changes = await cluster.Client.GetGrain<INodeCatalogGrain>("another").GetChangesAsync(null);
        cluster.Time.Early = TimeSpan.Zero;
        changes.IsEverything.ShouldBeTrue();
    }

    private static TaskCompletionSource<T> Signal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static bool IsOf(string type, GrainId? grain) => $"{grain}".StartsWith(type + "/", StringComparison.Ordinal);
}
