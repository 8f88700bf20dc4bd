using Microsoft.Extensions.DependencyInjection;
using Warren.ControlPlane.Tests.Testing;
using Warren.Events;
using Warren.Grains.Nodes;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Secrets;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

public sealed class ServiceFaultTests
{
    [Fact]
    public async Task Store_Away_CallsFailAndAllIsDoneWhenItIsBack()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        var running = await ServiceLifeTests.RunAsync(cluster, 2);
        cluster.Store.IsAway = true;
        await Should.ThrowAsync<IOException>(() => cluster.Service().ScaleAsync(4));

        // What it could not store it does not show, and what ends meanwhile is not lost.
        (await cluster.Service().GetAsync())!.Revision.Spec.Replicas.ShouldBe(2);
        foreach (var agent in cluster.Agents) agent.See(running.Tasks[0].Id, ScriptedAgent.Seen(TaskState.Failed, exitCode: 1));
        await Should.ThrowAsync<IOException>(() => cluster.Service().RemoveAsync());
        cluster.Store.IsAway = false;
        await cluster.Service().ScaleAsync(3);

        // The end of the one is reported again only a while after the store is back.
        await cluster.WhenAsync(
            status => status!.Tasks.Count(ServiceLifeTests.IsUp) == 3 && status.Tasks.Count(task => task.Observed.State == TaskState.Failed) == 1,
            what: "three run, and the one that ended is known");
    }

    /// <summary>The store is away for longer than a node that is silent would be given: nodes and tasks go on, and what happened meanwhile is done after it.</summary>
    [Fact]
    public async Task Store_AwayForLong_NothingIsLostOrDoneTwice()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1, configure: silo => silo.Services.Configure<LeaseOptions>(lease =>
        {
            (lease.HeartbeatInterval, lease.CheckInterval) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(100));
            (lease.UnreachableAfter, lease.LostAfter) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
        }));
        var secret = cluster.Client.GetGrain<ISecretGrain>("key");
        await cluster.Service().ApplyAsync(A.Service(replicas: 4) with { Restart = new() { Backoff = TimeSpan.Zero } });
        await cluster.Service("leaving").ApplyAsync(A.Service("leaving"));
        var before = await ServiceLifeTests.RunAsync(cluster, 4);
        await ServiceLifeTests.RunAsync(cluster, 1, "leaving");
        cluster.Store.IsAway = true;
        var wentAway = cluster.Time.GetUtcNow();

        // Whoever asks for a change is told why it is not made.
        Func<Task>[] changes =
        [
            () => cluster.Service().ScaleAsync(6), () => cluster.Service("leaving").RemoveAsync(), () => cluster.Service("new").ApplyAsync(A.Service("new")),
            () => cluster.Node("n1").UpdateAsync(new() { Availability = NodeAvailability.Drained }),
            () => secret.ApplyAsync(new() { Name = new("key"), Value = "one"u8.ToArray() }),
        ];
        foreach (var change in changes) (await Should.ThrowAsync<IOException>(change)).Message.ShouldContain("the store is away");

        // Tasks end meanwhile, and their agents repeat themselves until they are heard.
        TaskRecord[] ended = [before.Tasks[0], before.Tasks[2]];
        foreach (var task in ended) cluster.Agents.Single(agent => agent.Id == task.Node).See(task.Id, ScriptedAgent.Seen(TaskState.Failed, exitCode: 1));
        await cluster.WhenAsync(() => Task.FromResult(cluster.Time.GetUtcNow() - wentAway > TimeSpan.FromSeconds(5)), () => "the store was away for 5 s");
        foreach (var id in new[] { "n1", "n2" }) (await cluster.Node(id).GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Ready);
        (await cluster.Service().GetAsync())!.Tasks.Select(task => task.Id).ShouldBe(before.Tasks.Select(task => task.Id));
        cluster.Agents.Sum(agent => agent.Running.Count).ShouldBe(3);
        cluster.Store.IsAway = false;

        // Without a call of anyone.
        await cluster.WhenAsync(() => Task.FromResult(cluster.Agents.Sum(agent => agent.Running.Count) == 5), () => "those that ended are replaced");
        var after = await ServiceLifeTests.RunAsync(cluster, 4);
        after.Tasks.Select(task => task.Id.Generation).Order().ShouldBe([1, 2, 3, 4, 5, 6]);
        await cluster.WhenAsync(
            async () => (await cluster.Events.ReadAsync(0, 10_000)).Count(one => one.Kind == EventKind.ObservedChanged && one.To == "Failed") == 2,
            () => "the log has both ends, once each");
        (await cluster.Events.ReadAsync(0, 10_000)).ShouldNotContain(one => one.Subject.Kind == SubjectKind.Node && one.Kind != EventKind.Created);

        // What was refused was not done, and is done when it is asked for again.
        (await secret.GetAsync()).ShouldBeNull();
        (await cluster.Service("new").GetAsync()).ShouldBeNull();
        (await cluster.Node("n1").GetAsync())!.Spec.Availability.ShouldBe(NodeAvailability.Active);
        foreach (var change in changes) await change();
        await cluster.WhenAsync(status => status is null, "leaving", "it is removed");
        await ServiceLifeTests.RunAsync(cluster, 6);
        await ServiceLifeTests.RunAsync(cluster, 1, "new");
        await cluster.WhenAsync(() => Task.FromResult(cluster.Agents[0].Running.Count == 0), () => "n1 is drained");
    }

    [Fact]
    public async Task Clock_PutForwardAndBack_RestartsNothing()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        var before = await ServiceLifeTests.RunAsync(cluster, 2);
        foreach (var shift in new[] { TimeSpan.FromDays(400), TimeSpan.FromDays(-400), TimeSpan.Zero })
        {
            cluster.Time.Shift = shift;
            await cluster.Service().EnsureAsync();
            await cluster.Service().PauseRolloutAsync("waits for the steps before it");
        }

        var after = await cluster.Service().GetAsync();
        after!.Tasks.Select(task => task.Id).ShouldBe(before.Tasks.Select(task => task.Id));
        cluster.Agents.Sum(agent => agent.Running.Count).ShouldBe(2);
        await cluster.Service().ScaleAsync(3);
        await ServiceLifeTests.RunAsync(cluster, 3);
    }

    [Fact]
    public async Task Silos_AllKilledOneAfterTheOther_ServicesGoOn()
    {
        await using var cluster = await TestCluster.StartAsync(configure: MortalCluster.HaveLongLeases);
        await cluster.Service().ApplyAsync(A.Service(replicas: 4));
        var before = await ServiceLifeTests.RunAsync(cluster, 4);
        foreach (var silo in cluster.SiloNames)
        {
            await cluster.ReplaceAsync(silo);
            await cluster.WhenAsync(async () => await cluster.Service().GetAsync() is not null, () => "the service answers");
        }

        await cluster.WhenAsync(async () => (await cluster.Service().ScaleAsync(5)).Spec.Replicas == 5, () => "it is scaled");
        var after = await ServiceLifeTests.RunAsync(cluster, 5);
        before.Tasks.Select(task => task.Id).ShouldBeSubsetOf(after.Tasks.Select(task => task.Id));
    }

    [Theory]
    [InlineData(nameof(ISchedulerGrain.FindMovesAsync), 2)]
    [InlineData(nameof(ISchedulerGrain.NodeChangedAsync), 2)]
    [InlineData(nameof(INodeGrain.AdmitAsync), 1)]
    public async Task Rebalance_CallFailsAtFirst_IsDoneAllTheSame(string method, int times)
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var spec = A.Service(replicas: 4);
        await cluster.Service().ApplyAsync(spec with { Placement = spec.Placement with { Rebalance = true } });
        await ServiceLifeTests.RunAsync(cluster, 4);
        var left = times;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == method && Interlocked.Decrement(ref left) >= 0 ? throw new TimeoutException("no answer") : Task.CompletedTask;
        var joined = new ScriptedAgent(cluster.Client, "n2");
        cluster.Agents.Add(joined);
        await joined.StartAsync();
        await cluster.WhenAsync(() => Task.FromResult(cluster.Agents.All(agent => agent.Running.Count == 2)), () => "two run on each node");
        left.ShouldBeLessThan(0);
    }

    /// <summary>The call that fails is of a change before, and must not undo what came while it lasted.</summary>
    [Fact]
    public async Task Rebalance_NodeComesBackWhileTheCatalogDoesNotAnswerIt_IsDoneAllTheSame()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        var spec = A.Service(replicas: 4);
        await cluster.Service().ApplyAsync(spec with { Placement = spec.Placement with { Rebalance = true } });
        await ServiceLifeTests.RunAsync(cluster, 4);
        await cluster.Node("n2").UpdateAsync(new() { Availability = NodeAvailability.Drained });
        await cluster.WhenAsync(
            status => status!.Tasks.Count(task => ServiceLifeTests.IsUp(task) && task.Node == new NodeId("n1")) == 4
                && status.Tasks.All(task => ServiceLifeTests.IsUp(task) || task.Observed.State.IsFinal),
            what: "all run on n1");
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Faults.Values.Single().AtCall = async (_, call, isDone) =>
        {
            if (isDone || call.MethodName != nameof(INodeCatalogGrain.PublishAsync) || $"{call.SourceId}" != "node/n2" || !asked.TrySetResult()) return;
            await answer.Task;
            throw new TimeoutException("no answer");
        };
        await cluster.Node("n2").UpdateAsync(new() { Availability = NodeAvailability.Cordoned });
        await asked.Task.WaitAsync(Limit.Long);
        await cluster.Node("n2").UpdateAsync(NodeSpec.Default);
        answer.SetResult();
        await cluster.WhenAsync(() => Task.FromResult(cluster.Agents.All(agent => agent.Running.Count == 2)), () => "two run on each node");
    }

    [Fact]
    public async Task Take_GrainOfOneTaskDoesNotAnswer_TheOthersRun()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == nameof(ITaskGrain.TakeAsync) && $"{call.TargetId}" == "task/web.1.1" ? answer.Task : Task.CompletedTask;
        await cluster.Service().ApplyAsync(A.Service(replicas: 4));
        await ServiceLifeTests.RunAsync(cluster, 3);
        answer.SetResult();
        await ServiceLifeTests.RunAsync(cluster, 4);
    }

    [Fact]
    public async Task AtRest_NothingIsWritten()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        for (var i = 0; i < 5; i++) await cluster.Service($"s{i}").ApplyAsync(A.Service($"s{i}", replicas: 2));
        for (var i = 0; i < 5; i++) await ServiceLifeTests.RunAsync(cluster, 2, $"s{i}");

        // The log is the last that is written to. Events that were sent when the last step was stored are not stored again for that.
        await cluster.WhenAsync(
            async () => await cluster.Events.ReadAsync(0, 10_000) is var events
                && events.Count(one => one is { Subject.Kind: SubjectKind.Task, Kind: EventKind.ObservedChanged, To: "Running" }) == 10
                && events.Count(one => one is { Subject.Kind: SubjectKind.Node, Kind: EventKind.Created }) == 2,
            () => "the log has all nodes and all tasks that run");
        var last = cluster.Store.Writes;
        for (var i = 0; i < 5; i++) await cluster.Service($"s{i}").EnsureAsync();
        for (var i = 0; i < 5; i++) await cluster.Service($"s{i}").PauseRolloutAsync("waits for the steps before it");
        cluster.Store.Writes.ShouldBe(last);
    }
}
