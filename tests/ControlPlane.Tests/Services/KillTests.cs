using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Warren.ControlPlane.Tests.Testing;
using Warren.Grains.Services;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

/// <summary>A manager dies in the middle of what a service is about. What follows comes by itself: the tests look at agents, and ask no grain before it is done.</summary>
public sealed class KillTests(MortalCluster mortal) : IClassFixture<MortalCluster>
{
    private readonly TestCluster _cluster = mortal.Cluster;

    [Theory]
    [InlineData("job-a", "service/job-a", "write, before", 2)]
    [InlineData("job-b", "service/job-b", "write, after", 2)]
    [InlineData("job-c", "task/job-c.1-1.", "write, after", 2)]
    public async Task Job_ManagerDies_EachTryIsCountedOnce(string name, string grain, string step, int nth)
    {
        var starts = new ConcurrentDictionary<int, int>();
        mortal.WhenStarted(name, task => starts.AddOrUpdate(task.Slot.Number, 1, (_, count) => count + 1) == 1 && task.Slot.Number == 1
            ? ScriptedAgent.Seen(TaskState.Failed, exitCode: 4)
            : ScriptedAgent.Seen(TaskState.Complete, exitCode: 0));
        var death = SiloKill.At(_cluster, grain, step, nth);
        var spec = A.Job(name) with { Job = new() { Completions = 2, Parallelism = 2, Retries = 1 } };
        await SiloKill.CallAsync(() => _cluster.Service(name).ApplyAsync(spec));
        await death;
        await _cluster.WhenAsync(async () => (await _cluster.Service(name).ApplyAsync(spec)).Version == 1, () => "it is applied, once");
        var done = await _cluster.WhenAsync(status => status!.FinishedRuns.Length == 1, name, "the run has ended");
        var run = done!.FinishedRuns.Single();
        (run.Succeeded, run.Completed, run.Failed, run.Reason).ShouldBe((true, 2, 1, "2 slots completed"));
        starts.OrderBy(slot => slot.Key).Select(slot => slot.Value).ShouldBe([2, 1]);
    }

    [Theory]
    [InlineData("gone-a", "write, after")]
    [InlineData("gone-b", "SetDesiredAsync, before")]
    [InlineData("gone-c", "ForgetAsync, before")]
    public async Task Removal_ManagerDies_NothingOfTheServiceIsLeft(string name, string step)
    {
        await RunAsync(name, A.Service(name, replicas: 3));
        var death = SiloKill.At(_cluster, $"service/{name}", step);
        await SiloKill.CallAsync(() => _cluster.Service(name).RemoveAsync());
        await death;
        await mortal.UntilAsync(name, nodes => nodes.All(tasks => tasks.Count == 0), "nothing runs");
        await _cluster.WhenAsync(
            () => Task.FromResult(!_cluster.Store.Rows.Keys.Any(row => row.StartsWith($"task/{name}.", StringComparison.Ordinal))), () => "no task is stored");
        await _cluster.WhenAsync(status => status is null, name, "it is gone");
        foreach (var agent in _cluster.Agents)
            (await _cluster.Node(agent.Id.Value).GetAsync())!.Reservations.ShouldNotContain(held => held.Task.Service == new ServiceName(name));
    }

    [Fact]
    public async Task Drain_ManagerOfTheNodeDiesBeforeAnyoneHears_TasksMoveAway()
    {
        await RunAsync("drained", A.Service("drained", replicas: 3));
        var at = Array.FindIndex(mortal.Running("drained"), tasks => tasks.Count > 0);
        var node = _cluster.Agents[at].Id.Value;
        var death = SiloKill.At(_cluster, $"node/{node}", "write, after");
        await SiloKill.CallAsync(() => _cluster.Node(node).UpdateAsync(new() { Availability = NodeAvailability.Drained }));
        await death;
        await mortal.UntilAsync("drained", nodes => nodes[at].Count == 0 && nodes.Sum(tasks => tasks.Count) == 3, "all run elsewhere");
        mortal.Running("drained").SelectMany(tasks => tasks).Select(task => task.Slot).ShouldBeUnique();
        await _cluster.WhenAsync(
            async () => await _cluster.Node(node).UpdateAsync(NodeSpec.Default) is { Spec.Availability: NodeAvailability.Active }, () => "the node is active again");
    }

    [Fact]
    public async Task Evict_ManagerDiesBeforeAnyoneHears_TaskIsReplaced()
    {
        var evicted = (await RunAsync("evicted", A.Service("evicted", replicas: 2))).Tasks[0].Id;
        var death = SiloKill.At(_cluster, "service/evicted", "write, after");
        await SiloKill.CallAsync(() => _cluster.Service("evicted").EvictAsync([evicted]));
        await death;
        await mortal.UntilAsync(
            "evicted", nodes => nodes.SelectMany(tasks => tasks).ToArray() is { Length: 2 } tasks && !tasks.Contains(evicted), "two run, and not the evicted one");
        mortal.Running("evicted").SelectMany(tasks => tasks).Select(task => task.Slot.Number).Order().ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Resume_ManagerDiesBeforeAnyoneHears_RolloutGoesOn()
    {
        var spec = A.Service("resumed", replicas: 2);
        await RunAsync("resumed", spec);
        mortal.WhenStarted("resumed", _ => ScriptedAgent.Seen(TaskState.Starting));
        await _cluster.Service("resumed").ApplyAsync(spec.WithImage("2"));
        var begun = await _cluster.WhenAsync(status => status!.Tasks.Any(task => task.Observed.State == TaskState.Starting), "resumed", "its first slot is being replaced");
        await _cluster.Service("resumed").PauseRolloutAsync("a look at it");
        mortal.WhenStarted("resumed", _ => ScriptedAgent.Seen(TaskState.Running));
        var death = SiloKill.At(_cluster, "service/resumed", "write, after");
        await SiloKill.CallAsync(() => _cluster.Service("resumed").ResumeRolloutAsync("it is well"));
        await death;
        var first = begun!.Tasks.Single(task => task.Observed.State == TaskState.Starting);
        _cluster.Agents.Single(agent => agent.Id == first.Node).See(first.Id, ScriptedAgent.Seen(TaskState.Running));
        await mortal.UntilAsync(
            "resumed", nodes => nodes.SelectMany(tasks => tasks).ToArray() is { Length: 2 } tasks && tasks.All(task => task.Generation > 2), "both slots have a new task");
        await _cluster.WhenAsync(status => status!.Rollout?.Phase == "done", "resumed", "the rollout is done");
    }

    [Fact]
    public async Task Registration_ManagerOfTheNodeDiesBeforeItAnswers_TheNodeIsThere()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1);
        var owner = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Store.AtWrite = (silo, grain, _) =>
        {
            if ($"{grain}" == "node/n1") owner.TrySetResult(silo);
            return Task.CompletedTask;
        };
        await cluster.Node("n1").UpdateAsync(new() { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "eu") });

        // The next one to have the node knows no agent, and stores nothing of it before the agent registers.
        var session = cluster.Agents[0].Session;
        var death = SiloKill.At(cluster, "node/n1", "write, after");
        await cluster.ReplaceAsync(await owner.Task);
        await death;
        await cluster.Service().ApplyAsync(A.Service());
        await ServiceLifeTests.RunAsync(cluster, 1);
        cluster.Agents[0].Session.ShouldBeGreaterThan(session + 1, "the one that nobody heard of is over");
    }

    /// <summary>The task has stored its end and its node has not, nor has the agent any more, which has lost what it had.</summary>
    [Fact]
    public async Task End_ManagerOfTheNodeDiesAndItsAgentHasNothing_IsNotBegunAnew()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1, isKept: false, configure: MortalCluster.HaveLongLeases);
        await cluster.Service("ended").ApplyAsync(A.Job("ended"));
        var task = (await ServiceLifeTests.RunAsync(cluster, 1, "ended")).Tasks.Single().Id;
        var agent = cluster.Agents.Single();
        cluster.Agents.Clear();
        await agent.DisposeAsync();
        var death = SiloKill.At(cluster, "node/n1", "write, before");
        TaskReport end = new() { Task = task, Node = agent.Id, Sequence = 1_000, Observed = ScriptedAgent.Seen(TaskState.Complete, exitCode: 0) };
        await SiloKill.CallAsync(() => cluster.Node("n1").ReportAsync(agent.Session, new() { Tasks = [end] }));
        await death;
        await cluster.WhenAsync(async () => await cluster.Events.GetLastAsync() >= 0, () => "the next manager answers");

        // Nobody wakes the node before its agent, and what it does in the background it does after it has answered.
        cluster.Time.Early = -Limit.Long;
        var begun = 0;
        var anew = new ScriptedAgent(cluster.Client, "n1")
        {
            Start = _ =>
            {
                begun++;
                return ScriptedAgent.Seen(TaskState.Running);
            },
        };
        cluster.Agents.Add(anew);
        await cluster.WhenAsync(
            async () =>
            {
                await anew.StartAsync();
                return true;
            },
            () => "the agent has registered");
        cluster.Time.Early = TimeSpan.Zero;
        anew.Assigned[task].ShouldBe(new(task, 1, DesiredState.Shutdown, "it has ended"));
        begun.ShouldBe(0);
    }

    [Fact]
    public async Task Rebalance_ManagerDiesBeforeItsFirstMove_SpreadBecomesEven()
    {
        var spec = A.Service("spread", replicas: 8);
        await RunAsync("spread", spec with { Placement = spec.Placement with { Rebalance = true } });
        var death = SiloKill.At(_cluster, "service/spread", "FindMovesAsync, after");
        var joined = new ScriptedAgent(_cluster.Client, "n4") { Start = mortal.Start };
        _cluster.Agents.Add(joined);
        await joined.StartAsync();
        await death;
        await mortal.UntilAsync("spread", nodes => nodes.All(tasks => tasks.Count == 2), "two run on each node");
    }

    [Fact]
    public async Task Reminder_NobodyElseWakesTheService_ItDoesWhatIsDue()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 2, isKept: false, configure: silo =>
            silo.Services.AddSingleton(ServiceGrainOptions.Default with { ReminderAfter = TimeSpan.FromMilliseconds(100) }));
        cluster.Time.GoTo(new(2026, 3, 27, 12, 10, 0, TimeSpan.Zero));
        var tick = cluster.Service("tick");
        await tick.ApplyAsync(A.Job("tick") with { Mode = ServiceMode.Cron, Cron = new() { Schedule = "0 * * * *" } });
        await cluster.WhenAsync(() => Task.FromResult(cluster.Reminders.Of(tick.GetGrainId()).Count == 1), () => "it has a reminder");
        foreach (var silo in cluster.SiloNames) await cluster.ReplaceAsync(silo);
        cluster.Time.GoTo(new(2026, 3, 27, 13, 0, 1, TimeSpan.Zero));
        await cluster.WhenAsync(
            async () =>
            {
                // As long as something is due, it ticks again.
                if (cluster.Reminders.Of(tick.GetGrainId()).Count == 1) await cluster.TickAsync(tick);
                return cluster.Agents[0].Running.Any(task => task.Slot.Run == 1);
            },
            () => "the run of 13:00 has begun");
    }

    private async Task<ServiceStatus> RunAsync(string name, ServiceSpec spec)
    {
        await _cluster.Service(name).ApplyAsync(spec);
        return await ServiceLifeTests.RunAsync(_cluster, spec.Replicas ?? 1, name);
    }
}
