using System.Globalization;
using Grpc.Core;
using Warren.Api.Tests.Rest;
using Warren.Api.Tests.Testing;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Questions;
using Warren.Silo.Api.Questions;
using Warren.Silo.Api.Stats;
using Warren.Silo.Stores;
using Warren.Tasks;
using Warren.Usage;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>What nodes use, from agents that answer as the test says.</summary>
public sealed class StatsCallTests(ServedManager manager) : IClassFixture<ServedManager>, IDisposable
{
    private const string Unheard = "its agent has not answered yet";

    private readonly CancellationTokenSource _limit = new(Limit.Long);

    public void Dispose()
    {
        foreach (var agent in manager.Agents) agent.Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true });
        _limit.Dispose();
    }

    [Fact]
    public async Task Get_AllNodesAnswer_AreNodesTasksAndSumsOfServices()
    {
        foreach (var agent in manager.Agents) agent.Answers = (question, asker) => AnswerAsync(agent, question, asker);
        var stats = await GetAsync(new());
        stats.Nodes.Select(node => (node.Node, node.Notice, node.CpuCores, node.CpuCoresTotal, node.Memory)).ShouldBe([("n1", "", 1.5, 4, 10), ("n2", "", 1.5, 4, 10)]);
        stats.Tasks.Select(task => (task.Task, task.Service, task.Node, task.HasCpuCores)).ShouldBe(
            [("api.1.1", "api", "n1", true), ("api.2.1", "api", "n2", true), ("web.1.1", "web", "n1", false), ("web.2.1", "web", "n2", true)]);
        var web = stats.Services.Single(service => service.Service == "web");
        (web.Tasks, web.Measured, web.CpuCores, web.Memory, web.Pids, web.NetworkSent.Total, web.NetworkSent.Rate).ShouldBe((2, 1, 0.25, 64, 2, 100, 3));
        (web.NetworkReceived, stats.Tasks[2].Notice).ShouldBe((null, "cannot be read"));
    }

    [Fact]
    public async Task Get_NodeAndNodesOnly_AsksOneNodeForNoTasks()
    {
        var asked = new List<(string, bool)>();
        foreach (var agent in manager.Agents)
        {
            agent.Answers = (question, asker) =>
            {
                lock (asked) asked.Add((agent.Id.Value, question.Stats!.WithTasks));
                return AnswerAsync(agent, question, asker);
            };
        }

        var stats = await manager.Stats.GetAsync(new() { Node = "n2", NodesOnly = true });
        (stats.Nodes.Single().Node, stats.Tasks.Count, stats.Services.Count).ShouldBe(("n2", 0, 0));
        asked.ShouldBe([("n2", false)]);
    }

    [Fact]
    public async Task Get_NodeThatIsSilent_HoldsNothingUpAndIsShownAsSuch()
    {
        manager.Agents[0].Answers = (_, _) => Task.CompletedTask;
        manager.Agents[1].Answers = (question, asker) => AnswerAsync(manager.Agents[1], question, asker);
        var soon = TimeSpan.FromSeconds(10);
        var (stats, took) = await Asking.UntilAsync(
            async () =>
            {
                var begin = TimeProvider.System.GetTimestamp();
                return (Stats: await manager.Stats.GetAsync(new()), Took: TimeProvider.System.GetElapsedTime(begin));
            },
            answer => answer.Took < soon && answer.Stats.Nodes[1].Notice != Unheard);
        took.ShouldBeLessThan(soon);
        stats.Nodes.Select(node => (node.Node, node.Notice)).ShouldBe([("n1", Unheard), ("n2", "")]);
        stats.Nodes[0].HasCpuCores.ShouldBeFalse();
    }

    [Fact]
    public async Task Get_ServiceOnASilentNode_ShowsItsTasksWithTheReason()
    {
        foreach (var agent in manager.Agents) agent.Answers = (_, asker) => asker.TakeAsync(new() { IsEnd = true, Problem = "its agent stops" });
        await manager.Services.CreateAsync(new()
        {
            Spec = new() { Name = "stats-away", Replicas = 2, Container = new() { Image = "registry.invalid/web:1" }, Update = new() { Monitor = new() } },
        });
        await manager.WhenAsync("stats-away", service => service.Progress.State == Proto.ProgressState.Converged);
        var stats = await GetAsync(new() { Service = "stats-away" });
        stats.Tasks.Select(task => (task.Task[..12], task.Notice)).ShouldBe([("stats-away.1", "its agent stops"), ("stats-away.2", "its agent stops")]);
        (stats.Services.Single().Tasks, stats.Services.Single().Measured).ShouldBe((2, 0));
        stats = await GetAsync(new() { Node = stats.Tasks[0].Node });
        stats.Tasks.ShouldContain(task => task.Service == "stats-away" && task.Notice == "its agent stops");
    }

    [Fact]
    public async Task Stream_AgentThatIsStartedAnew_IsAskedAgainAndTheAgentHearsWhenNobodyAsks()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        foreach (var agent in manager.Agents)
        {
            agent.Answers = async (question, asker) =>
            {
                if (agent == manager.Agents[0] && Interlocked.Increment(ref asked) == 1)
                {
                    await asker.TakeAsync(new() { IsEnd = true, Problem = "its agent stops" });
                    return;
                }

                // It is asked again before the first answer is shown, if another node is slow.
                if (agent == manager.Agents[0]) await seen.Task;
                while (await asker.TakeAsync(new() { Use = Use(agent.Id.Value) })) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                if (agent == manager.Agents[0]) left.TrySetResult();
            };
        }

        using (var call = manager.Stats.Stream(new() { Interval = new() { Nanos = 500_000_000 } }, cancellationToken: _limit.Token))
        {
            do
            {
                (await call.ResponseStream.MoveNext(_limit.Token)).ShouldBeTrue();
            }
            while (call.ResponseStream.Current.Nodes[0].Notice == Unheard);
            call.ResponseStream.Current.Nodes[0].Notice.ShouldBe("its agent stops");
            seen.SetResult();
            do
            {
                (await call.ResponseStream.MoveNext(_limit.Token)).ShouldBeTrue();
            }
            while (call.ResponseStream.Current.Nodes[0].Notice.Length > 0);
        }

        await left.Task.WaitAsync(_limit.Token);
    }

    [Fact]
    public async Task Watch_NodeThatCouldNotBeAskedOnce_IsAskedAgain()
    {
        manager.Agents[0].Answers = (question, asker) => AnswerAsync(manager.Agents[0], question, asker);
        var grains = FaultyGrains.Over(manager.Grains);
        var failed = grains.FailAsync<INodeGrain>(new InvalidOperationException("it is broken"));
        var options = new StatsOptions { Pause = TimeSpan.FromMilliseconds(10) };
        var watch = new NodeWatch(new("n1"), new() { Interval = Limit.Long }, new(grains.Factory, TimeProvider.System), options, TimeProvider.System);
        using var end = new CancellationTokenSource();
        var running = watch.RunAsync(end.Token);
        await failed.WaitAsync(_limit.Token);
        var latest = await Asking.UntilAsync(() => Task.FromResult(watch.Latest), latest => latest.Use is not null);
        (latest.Use?.Cores, latest.Notice).ShouldBe((1.5, ""));
        await end.CancelAsync();
        await running.WaitAsync(_limit.Token);
    }

    [Fact]
    public async Task Ask_StoreIsAwayForTheNode_IsAProblemOfThatNode()
    {
        var grains = FaultyGrains.Over(manager.Grains);
        _ = grains.FailAsync<INodeGrain>(new StoreUnavailableException("the store is away"));
        var answers = new List<NodeAnswer>();
        await foreach (var answer in new NodeInquiry(grains.Factory, TimeProvider.System).AskAsync(new("n1"), new() { WantsImages = true }, Limit.Long, _limit.Token)) answers.Add(answer);
        var last = answers.ShouldHaveSingleItem();
        (last.IsEnd, last.Problem).ShouldBe((true, "node n1 cannot be asked: the store is away"));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(600)]
    public async Task Stream_IntervalOutOfRange_IsRefused(double seconds)
    {
        var refusal = await Refusal.OfAsync(async () =>
        {
            using var call = manager.Stats.Stream(new() { Interval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) });
            await call.ResponseStream.MoveNext(_limit.Token);
        });
        refusal.Violations.ShouldHaveSingleItem().Field.ShouldBe("interval");
    }

    [Fact]
    public async Task Get_ThingsThatAreNot_AreNotFound()
    {
        (await Refusal.OfAsync(async () => await manager.Stats.GetAsync(new() { Service = "nothing" }))).Code.ShouldBe(StatusCode.NotFound);
        (await Refusal.OfAsync(async () => await manager.Stats.GetAsync(new() { Node = "nothing" }))).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Rest_StatsOfANode_AreJsonForAViewer()
    {
        foreach (var agent in manager.Agents) agent.Answers = (question, asker) => AnswerAsync(agent, question, asker);
        using var viewer = manager.Rest(await manager.TokenAsync(Proto.ApiRole.Viewer, "stats"));
        var reply = await Asking.UntilAsync(
            () => RestReply.OfAsync(viewer, "GET", "/v1/nodes/n1/stats"), answer => answer.Body?.ToJsonString().Contains(Unheard, StringComparison.Ordinal) != true);
        reply.Status.ShouldBe(200);
        reply.Body!["nodes"]![0]!["cpuCores"]!.GetValue<double>().ShouldBe(1.5);
        reply.Body["tasks"]![0]!["memory"]!.GetValue<string>().ShouldBe("64");
    }

    private static Task AnswerAsync(ScriptedAgent agent, NodeQuestion question, INodeAsker asker) =>
        asker.TakeAsync(new() { Use = Use(agent.Id.Value) with { Tasks = question.Stats!.WithTasks ? Use(agent.Id.Value).Tasks : [] } });

    private static NodeUse Use(string node)
    {
        var slot = int.Parse(node[1..], CultureInfo.InvariantCulture);
        var task = new TaskUse { Task = TaskId.Parse($"web.{slot}.1"), At = DateTimeOffset.UnixEpoch };
        var measured = task with { Cores = 0.25, Memory = 64, Pids = 2, NetworkSent = new() { Total = 100, Rate = 3 } };
        return new()
        {
            At = DateTimeOffset.UnixEpoch,
            Cores = 1.5,
            CoresTotal = 4,
            Memory = 10,
            MemoryTotal = 20,
            Disk = 30,
            DiskTotal = 40,
            Tasks = [measured with { Task = TaskId.Parse($"api.{slot}.1") }, slot == 1 ? task with { Problem = "cannot be read" } : measured],
        };
    }

    // An agent that answers may be too slow for once.
    private Task<Proto.Stats> GetAsync(Proto.GetStatsRequest request) =>
        Asking.UntilAsync(async () => await manager.Stats.GetAsync(request), stats => stats.Nodes.All(node => node.Notice != Unheard));
}
