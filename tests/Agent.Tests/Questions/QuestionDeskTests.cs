using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Warren.Agent.Images.Fake;
using Warren.Agent.Questions;
using Warren.Agent.Runtime;
using Warren.Agent.Stats;
using Warren.Agent.Tests.Stats;
using Warren.Questions;

namespace Warren.Agent.Tests.Questions;

/// <summary>Questions about what a node uses.</summary>
public sealed class QuestionDeskTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly StatsOptions s_options = new()
    {
        Fresh = TimeSpan.FromMilliseconds(1),
        FirstSpan = TimeSpan.FromMilliseconds(20),
        LeastInterval = TimeSpan.FromMilliseconds(20),
        ReadLimit = TimeSpan.FromMilliseconds(500),
    };

    private static readonly INodeSource s_nothing = Substitute.For<INodeSource>();

    private readonly IContainerRuntime _runtime = Substitute.For<IContainerRuntime>();
    private int _read;

    public QuestionDeskTests()
    {
        _runtime.ListAsync(default).ReturnsForAnyArgs(_ => Task.FromResult<ImmutableArray<ContainerStatus>>([Container("web.1.1"), Container("web.2.1"), Container("stray")]));
        _runtime.GetStatsAsync(default, default).ReturnsForAnyArgs(_ => Task.FromResult(StatsSamples.At(0)));
    }

    public async ValueTask DisposeAsync() => await _runtime.DisposeAsync();

    [Fact]
    public async Task Begin_Stats_AreToldAgainAndAgainUntilNobodyWantsThem()
    {
        await using var desk = Desk(s_options);
        var asker = new Asker(wanted: 3);
        desk.Begin(Question(withTasks: true), asker, s_nothing);
        for (var i = 0; i < 3; i++)
        {
            var use = (await asker.NextAsync()).Use!;
            use.Tasks.Select(task => task.Task.ToString()).ShouldBe(["web.1.1", "web.2.1"]);
            use.Cores.ShouldNotBeNull();
        }

        await asker.Left.Task.WaitAsync(s_limit);
        var read = _read;
        await desk.DisposeAsync();
        (_read, desk.Answering).ShouldBe((read, 0));
    }

    [Fact]
    public async Task Begin_NodeAlone_DoesNotAskTheRuntime()
    {
        await using var desk = Desk(s_options);
        var asker = new Asker(wanted: 1);
        desk.Begin(Question(withTasks: false), asker, s_nothing);
        (await asker.NextAsync()).Use!.Tasks.ShouldBeEmpty();
        await _runtime.DidNotReceiveWithAnyArgs().ListAsync(default);
    }

    [Fact]
    public async Task Begin_SeveralAskAtOnce_IsMeasuredOnceForAll()
    {
        var sampler = new StatsSampler(_runtime, ReadNode, s_options with { Fresh = s_limit }, TimeProvider.System);
        var readings = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => sampler.ReadAsync(withTasks: i % 2 == 0, default)));
        sampler.Readings.ShouldBeLessThanOrEqualTo(2);
        readings.Where((_, i) => i % 2 == 0).Distinct().ShouldHaveSingleItem().HasTasks.ShouldBeTrue();
    }

    [Fact]
    public async Task Begin_ContainerThatHangs_HoldsNothingUp()
    {
        _runtime.GetStatsAsync(new("web.1.1"), Arg.Any<CancellationToken>()).Returns(new TaskCompletionSource<ContainerStats>().Task);
        await using var desk = Desk(s_options);
        var asker = new Asker(wanted: 1);
        desk.Begin(Question(withTasks: true), asker, s_nothing);
        var tasks = (await asker.NextAsync()).Use!.Tasks;
        tasks.Select(task => (task.Task.ToString(), task.Problem)).ShouldBe([("web.1.1", "its container could not be read in time"), ("web.2.1", null)]);
    }

    [Fact]
    public async Task Begin_ContainerThatEndsMeanwhile_IsLeftOut()
    {
        _runtime.GetStatsAsync(new("web.1.1"), Arg.Any<CancellationToken>())
            .Returns(Task.FromException<ContainerStats>(new ContainerRuntimeException(RuntimeFault.NotFound, "it does not run")));
        await using var desk = Desk(s_options);
        var asker = new Asker(wanted: 1);
        desk.Begin(Question(withTasks: true), asker, s_nothing);
        (await asker.NextAsync()).Use!.Tasks.Select(task => task.Task.ToString()).ShouldBe(["web.2.1"]);
    }

    [Fact]
    public async Task Begin_RuntimeThatIsAway_IsSaidAndTheMachineIsShown()
    {
        _runtime.ListAsync(default).ReturnsForAnyArgs(Task.FromException<ImmutableArray<ContainerStatus>>(new ContainerRuntimeException(RuntimeFault.Unavailable, "it is away")));
        await using var desk = Desk(s_options);
        var asker = new Asker(wanted: 1);
        desk.Begin(Question(withTasks: true), asker, s_nothing);
        var use = (await asker.NextAsync()).Use!;
        (use.TasksProblem, use.CoresTotal).ShouldBe(("it is away", 4));
    }

    [Fact]
    public async Task Begin_MoreThanAreAnsweredAtOnce_AreRefused()
    {
        await using var desk = Desk(s_options, new() { MaxQuestions = 1 });
        desk.Begin(Question(withTasks: false), new Asker(wanted: int.MaxValue), s_nothing);
        var second = new Asker(wanted: 1);
        desk.Begin(Question(withTasks: false), second, s_nothing);
        var answer = await second.NextAsync();
        (answer.IsEnd, answer.Problem).ShouldBe((true, "the node answers 1 questions at most; end one, and try again"));
    }

    [Fact]
    public async Task Begin_QuestionOfALaterVersion_IsSaidToBeUnknown()
    {
        await using var desk = Desk(s_options);
        var asker = new Asker(wanted: 1);
        desk.Begin(new(), asker, s_nothing);
        (await asker.NextAsync()).Problem.ShouldBe("its agent is of a version that cannot answer this");
    }

    [Fact]
    public async Task Dispose_WhileSomebodyAsks_SaysThatTheAgentStops()
    {
        var asker = new Asker(wanted: int.MaxValue);
        var desk = Desk(s_options);
        desk.Begin(Question(withTasks: false), asker, s_nothing);
        await asker.NextAsync();
        await desk.DisposeAsync();
        NodeAnswer answer;
        do
        {
            answer = await asker.NextAsync();
        }
        while (!answer.IsEnd);
        answer.Problem.ShouldBe("its agent stops");
    }

    private static NodeQuestion Question(bool withTasks) => new() { Stats = new() { Interval = TimeSpan.Zero, WithTasks = withTasks } };

    private static ContainerStatus Container(string id) => new() { Id = new(id), State = ContainerState.Running, ImageDigest = "" };

    private NodeReading ReadNode()
    {
        Interlocked.Increment(ref _read);
        return new(TimeSpan.Zero, 4, 1, 2, 3, 4);
    }

    private QuestionDesk Desk(StatsOptions options, QuestionDeskOptions? desk = null) => new(
        new(new(_runtime, ReadNode, options, TimeProvider.System), options, TimeProvider.System),
        new(new FakeImageStore(TimeProvider.System), () => null, () => { }, TimeProvider.System), desk ?? new(), TimeProvider.System, NullLogger<QuestionDesk>.Instance);

    private sealed class Asker(int wanted) : INodeAsker
    {
        private readonly Channel<NodeAnswer> _answers = Channel.CreateUnbounded<NodeAnswer>();
        private int _taken;

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<NodeAnswer> NextAsync() => _answers.Reader.ReadAsync().AsTask().WaitAsync(s_limit);

        public async Task<bool> TakeAsync(NodeAnswer answer)
        {
            await _answers.Writer.WriteAsync(answer);
            var wantsMore = Interlocked.Increment(ref _taken) < wanted;
            if (!wantsMore) Left.TrySetResult();
            return wantsMore;
        }
    }
}
