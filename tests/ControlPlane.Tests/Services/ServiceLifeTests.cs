using Warren.ControlPlane.Tests.Testing;
using Warren.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

public sealed class ServiceLifeTests
{
    [Fact]
    public async Task Apply_ThenScale_TasksRunAndLeaveNothingBehindWhenRemoved()
    {
        await using var cluster = await TestCluster.StartAsync();
        var revision = await cluster.Service().ApplyAsync(A.Service(replicas: 1));
        revision.Version.ShouldBe(1);
        await RunAsync(cluster, 1);

        await cluster.Service().ScaleAsync(10);
        var ten = await RunAsync(cluster, 10);
        ten.Tasks.Where(IsUp).GroupBy(task => task.Node).Select(node => node.Count()).Order().ShouldBe([3, 3, 4]);

        await cluster.Service().ScaleAsync(3);
        var three = await cluster.WhenAsync(status => status!.Tasks.Count(task => !task.Observed.State.IsFinal) == 3, what: "three are left");
        three!.Tasks.Where(IsUp).Select(task => task.Node).ShouldBeUnique();

        await cluster.Service().RemoveAsync();
        await cluster.WhenAsync(status => status is null, what: "it is gone");
        cluster.Agents.SelectMany(agent => agent.Running).ShouldBeEmpty();
        await cluster.WhenAsync(
            () => Task.FromResult(cluster.Store.Rows.Keys.Where(row => row.StartsWith("task/", StringComparison.Ordinal)).ToArray() is []
                && !cluster.Store.Rows["service/web/service"].Contains("Subject", StringComparison.Ordinal)),
            () => $"no task is stored: {string.Join(", ", cluster.Store.Rows.Keys)} {cluster.Store.Rows["service/web/service"]}");

        // Of the service the counters alone: a new one of the name makes no task twice.
        await cluster.Service().ApplyAsync(A.Service(replicas: 1));
        var again = await RunAsync(cluster, 1);
        again.Tasks.Single().Id.Generation.ShouldBe(11);
        again.Revision.Version.ShouldBe(4);
    }

    /// <summary>What a manager knows of the nodes it has read for another service, and nobody told this one of those that came since.</summary>
    [Fact]
    public async Task Apply_GlobalAfterANodeHasJoinedSinceTheLastLook_RunsOnEachNode()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await cluster.Service("other").ApplyAsync(A.Service("other"));
        var late = new ScriptedAgent(cluster.Client, "n2");
        cluster.Agents.Add(late);
        await late.StartAsync();

        await cluster.Service().ApplyAsync(A.Service() with { Mode = ServiceMode.Global, Replicas = null });

        var running = await RunAsync(cluster, 2);
        running.Tasks.Select(task => task.Node?.Value).Order().ShouldBe(["n1", "n2"]);
    }

    [Fact]
    public async Task Apply_Twice_ChangesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 1);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        await RunAsync(cluster, 2);
        var row = cluster.Store.Rows["service/web/service"];
        (await cluster.Service().ApplyAsync(A.Service(replicas: 2))).Version.ShouldBe(1);
        (await cluster.Service().ApplyAsync(A.Service(replicas: 2), expectedVersion: 1)).Version.ShouldBe(1);
        cluster.Store.Rows["service/web/service"].ShouldBe(row);
    }

    [Fact]
    public async Task Apply_AtAnotherVersionThanExpected_IsRefusedAndChangesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        await cluster.Service().ApplyAsync(A.Service(), expectedVersion: 0);
        var made = await Should.ThrowAsync<ConflictException>(() => cluster.Service().ApplyAsync(A.Service(replicas: 2), expectedVersion: 0));
        made.Message.ShouldBe("there is a service web already, at version 1; update it, or take another name");
        var changed = await Should.ThrowAsync<ConflictException>(() => cluster.Service().ApplyAsync(A.Service(replicas: 2), expectedVersion: 2));
        changed.Message.ShouldBe("service web is at version 1, not at 2: someone has changed it; look at it and decide anew");
        (await cluster.Service().GetAsync())!.Revision.Spec.Replicas.ShouldBe(1);
    }

    [Fact]
    public async Task Task_Ends_IsReplacedUntilItsAttemptsAreUsedUp()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        foreach (var agent in cluster.Agents) agent.Start = _ => ScriptedAgent.Seen(TaskState.Failed, exitCode: 3);
        var spec = A.Service() with { Restart = new() { Backoff = TimeSpan.FromMilliseconds(50), MaxAttempts = 3, Window = TimeSpan.FromHours(1) } };
        await cluster.Service().ApplyAsync(spec);
        var status = await cluster.WhenAsync(status => status!.Waits.Length > 0 && status.Waits[0].Contains("used up", StringComparison.Ordinal));
        status!.Waits.ShouldBe(["1: web.1.4 failed: exit code 3, and 3 restarts within 3600 s are used up"]);
        status.Tasks.Count(task => task.Observed.State == TaskState.Failed).ShouldBe(4);
    }

    [Fact]
    public async Task Task_CannotStart_ShowsTheReasonAndTheNextRetryAndWritesLittle()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        foreach (var agent in cluster.Agents) agent.Start = _ => ScriptedAgent.Seen(TaskState.Rejected, reason: "no such image nginx:0");
        await cluster.Service().ApplyAsync(A.Service() with { Restart = new() { Backoff = TimeSpan.FromSeconds(30), MaxDelay = TimeSpan.FromSeconds(30) } });
        var status = await cluster.WhenAsync(status => status!.NextAt is not null && status.Tasks.Count(task => task.Observed.State == TaskState.Rejected) == 2);
        status!.Tasks.Last().Observed.State.ShouldBe(TaskState.New);
        status.Tasks.Last().Observed.Reason.ShouldStartWith("restart delay, next try at ");
        status.Tasks.First().Observed.Reason.ShouldBe("no such image nginx:0");
        (status.NextAt!.Value - cluster.Time.GetUtcNow()).ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Reports_DoubledAndLate_AreTakenOnce()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        foreach (var agent in cluster.Agents) agent.RepeatsItself = true;
        await cluster.Service().ApplyAsync(A.Service(replicas: 3));
        var running = await RunAsync(cluster, 3);
        var late = running.Tasks[0] with { Observed = running.Tasks[0].Observed with { State = TaskState.Assigned } };
        await cluster.Service().ObserveAsync([late, late, running.Tasks[0]], []);
        await cluster.Service().EnsureAsync();
        await cluster.Service().ScaleAsync(4);
        var four = await RunAsync(cluster, 4);
        four.Tasks.Length.ShouldBe(4);
        four.Tasks.Max(task => task.Id.Generation).ShouldBe(4);
    }

    internal static bool IsUp(TaskRecord task) => task.Observed.State == TaskState.Running && task.Desired == DesiredState.Running;

    internal static async Task<ServiceStatus> RunAsync(TestCluster cluster, int count, string name = "web") => (await cluster.WhenAsync(
        status => status is not null && status.Tasks.Count(IsUp) == count, name, $"{count} tasks of {name} run"))!;
}
