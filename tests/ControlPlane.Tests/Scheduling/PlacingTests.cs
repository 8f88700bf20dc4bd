using System.Collections.Concurrent;
using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

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
    public async Task Pending_ServiceDoesNotHearWhyAtFirst_IsToldAgain()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1, isKept: false);
        var left = 1;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == nameof(IServiceGrain.ExplainAsync) && Interlocked.Decrement(ref left) >= 0 ? throw new TimeoutException("no answer") : Task.CompletedTask;

        // One that is loaded already asks no service for its tasks.
        await cluster.Client.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key).ForecastAsync([], []);
        await cluster.Service().ApplyAsync(A.Service());
        await cluster.WhenAsync(status => status!.Tasks.SingleOrDefault()?.Observed.Reason == "no suitable node: the cluster has none");
        left.ShouldBeLessThan(0);
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

            // Each node has room for three: each is written, also when the scheduler hears late of one of them.
            var spec = A.Service(replicas: 9);
            await cluster.Service().ApplyAsync(spec with { Container = spec.Container with { Resources = new() { CpuReservationMillicores = 5_000 } } });
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

    /// <summary>As after a partition: two schedulers place the same tasks, each by what it knows, on nodes that have room for just these.</summary>
    [Fact]
    public async Task Schedulers_TwoAtOnce_EachTaskHasOnePlaceAndNoNodeTooMany()
    {
        const int Replicas = 32;
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 2);
        var spec = A.Service(replicas: Replicas);
        spec = spec with { Container = spec.Container with { Resources = new() { CpuReservationMillicores = 1_000 } } };
        var second = cluster.Client.GetGrain<ISchedulerGrain>("another");
        PendingTask[] wanted =
        [
            .. Enumerable.Range(1, Replicas).Select(number => new PendingTask
            {
                Id = new(spec.Name, TaskSlot.Replica(number), number),
                Requirements = PlacementRequirements.Of(new() { Version = 1, TaskVersion = 1, Spec = spec, At = DateTimeOffset.UnixEpoch }) with { SpecVersion = 1 },
                Since = DateTimeOffset.UnixEpoch,
            }),
        ];

        // The first requests of both are under way before any node hears of one.
        var asked = new ConcurrentDictionary<string, int>();
        var bothAsk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var faults in cluster.Faults.Values)
        {
            faults.AtCall = (_, call, isDone) =>
            {
                if (isDone || call.MethodName != nameof(INodeGrain.AdmitAsync)) return Task.CompletedTask;
                asked.AddOrUpdate($"{call.SourceId}", 1, (_, count) => count + 1);
                if (asked.Count == 2) bothAsk.TrySetResult();
                return bothAsk.Task;
            };
        }

        await cluster.Service().ApplyAsync(spec);
        var isOver = false;
        var racing = RaceAsync();
        var status = await cluster.WhenAsync(
            status => status?.Tasks.Count(task => task is { Observed.State: TaskState.Running, Desired: DesiredState.Running }) == Replicas, what: "all run");
        isOver = true;
        await racing;
        asked.Keys.Order().ShouldBe(["scheduler/another", "scheduler/scheduler"]);

        status!.Tasks.Length.ShouldBe(Replicas);
        status.Tasks.GroupBy(task => task.Node).Select(node => node.Count()).ShouldBe([16, 16]);
        foreach (var agent in cluster.Agents)
        {
            await cluster.WhenAsync(
                async () => (await cluster.Node(agent.Id.Value).GetAsync())!.Reservations.Select(held => held.Task).ToHashSet().SetEquals(agent.Running),
                () => $"{agent.Id} holds room for what runs there, and for nothing else");
        }

        cluster.Agents.SelectMany(agent => agent.Running).ShouldBeUnique();

        async Task RaceAsync()
        {
            while (!isOver)
            {
                await second.EnqueueAsync([.. wanted]);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }

            await second.WithdrawAsync([.. wanted.Select(task => task.Id)]);
        }
    }

    [Fact]
    public async Task Node_SlowToAnswer_ItsTasksWaitAndNoneIsMadeElsewhere()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (slow, quick) = (cluster.Agents[0], cluster.Agents[1]);
        slow.Busy = busy.Task;
        await cluster.Service().ApplyAsync(A.Service(replicas: 4));
        await cluster.WhenAsync(
            status => status?.Tasks.Count(task => task.Node == quick.Id && task.Observed.State == TaskState.Running) == 2
                && status.Tasks.Count(task => task.Node == slow.Id && task.Observed.State == TaskState.Assigned) == 2,
            what: "those of the quick node run, and those of the slow one wait");

        // Tasks that it may have begun are to go, and others to come: these wait, since nobody knows.
        await cluster.Service().ScaleAsync(2);
        await cluster.WhenAsync(status => status!.Tasks.Count(task => task.Desired == DesiredState.Running) == 2, what: "two are meant to stay");
        await cluster.Service().ScaleAsync(4);
        await cluster.WhenAsync(
            status => status!.Tasks.Count(task => task.Observed.Reason.StartsWith("waits for the end of web.", StringComparison.Ordinal)) == 2,
            what: "two wait for the slow node");
        quick.Running.Count.ShouldBe(2);
        (await cluster.Node(slow.Id.Value).GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Ready);
        busy.SetResult();

        var all = await cluster.WhenAsync(
            status => status!.Tasks.Count(task => task is { Observed.State: TaskState.Running, Desired: DesiredState.Running }) == 4
                && status.Tasks.All(task => task.Desired == DesiredState.Running || task.Observed.State.IsFinal),
            what: "four run, and the others have ended");
        cluster.Agents.SelectMany(agent => agent.Running).Order()
            .ShouldBe(all!.Tasks.Where(task => task.Desired == DesiredState.Running).Select(task => task.Id).Order());
    }

    /// <summary>As one that is about to move, which waits for the end of its calls and runs no timer meanwhile.</summary>
    [Fact]
    public async Task Ask_ActivationWhoseTimersDoNotRing_IsAnswered()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var requirements = PlacementRequirements.Of(await cluster.Service().ApplyAsync(A.Service()));
        await ServiceLifeTests.RunAsync(cluster, 1);
        cluster.Time.Early = -Limit.Long;
        var forecast = await cluster.Client.GetGrain<ISchedulerGrain>("another").ForecastAsync([], []);
        var moves = await cluster.Client.GetGrain<ISchedulerGrain>("third").FindMovesAsync(requirements, [], 1);
        cluster.Time.Early = TimeSpan.Zero;
        forecast.ShouldBeEmpty();
        moves.ShouldBeEmpty();
    }

    /// <summary>The next run of its own work, which would ask the volume again, is a timer's.</summary>
    [Fact]
    public async Task Ask_VolumeFailsOnceAndTimersDoNotRing_IsAnswered()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await cluster.Client.GetGrain<IVolumeGrain>("data").CreateAsync(new() { Name = "data" });
        var left = 1;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && $"{call.SourceId} {call.TargetId}" == "scheduler/another volume/data" && Interlocked.Decrement(ref left) >= 0
                ? throw new TimeoutException("no answer")
                : Task.CompletedTask;
        cluster.Time.Early = -Limit.Long;
        var forecast = await cluster.Client.GetGrain<ISchedulerGrain>("another").ForecastAsync([], []).WaitAsync(Limit.Long / 2);
        cluster.Time.Early = TimeSpan.Zero;
        forecast.ShouldBeEmpty();
        left.ShouldBeLessThan(0);
    }

    private static INodeGrain Node(TestCluster cluster, string id) => cluster.Client.GetGrain<INodeGrain>(id);
}
