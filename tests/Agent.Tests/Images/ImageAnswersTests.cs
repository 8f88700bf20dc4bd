using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Warren.Agent.Images;
using Warren.Agent.Images.Fake;
using Warren.Agent.Questions;
using Warren.Agent.Stats;
using Warren.Containers;
using Warren.Questions;

namespace Warren.Agent.Tests.Images;

/// <summary>Questions about the images of a node.</summary>
public sealed class ImageAnswersTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly FakeImageStore _images = new(TimeProvider.System) { SlowPull = TimeSpan.FromHours(1) };
    private readonly Asker _asker = new();
    private readonly QuestionDesk _desk;
    private HashSet<string>? _wanted = [];
    private int _changes;

    public ImageAnswersTests()
    {
        var answers = new ImageAnswers(_images, () => _wanted, () => _changes++, TimeProvider.System);
        var stats = new StatsAnswers(new(Substitute.For<Warren.Agent.Runtime.IContainerRuntime>(), () => throw new InvalidOperationException(), new(), TimeProvider.System), new(), TimeProvider.System);
        _desk = new(stats, answers, new(), TimeProvider.System, NullLogger<QuestionDesk>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _images.DisposeAsync();
    }

    [Fact]
    public async Task List_ImagesThatAreThere_AreToldWithTheirTasksAndWhoWantsThem()
    {
        await PullAsync("a.test/used:1", "a.test/wanted:1");
        _images.Users = image => image.Name == "a.test/used:1" ? ["web.1.1"] : [];
        _wanted = ["a.test/wanted:1"];
        var images = (await LastAsync(new() { WantsImages = true })).Images!.Images;
        images.Select(image => (image.Name, string.Join(',', image.Tasks), image.IsWanted)).ShouldBe([("a.test/used:1", "web.1.1", false), ("a.test/wanted:1", "", true)]);
        images.ShouldAllBe(image => image.Size == 1024 * 1024 && image.Digest.StartsWith("sha256:") && image.Platforms.Length == 1);
    }

    [Fact]
    public async Task Pull_ImageThatIsThere_IsToldToTheManagersToo()
    {
        var answer = await LastAsync(new() { Pull = new() { Image = "a.test/web:1" } });
        (answer.Problem, answer.Step!.Kind, answer.Step.Images.Single().Name).ShouldBe((null, ImageStepKind.Done, "a.test/web:1"));
        _changes.ShouldBe(1);
    }

    [Fact]
    public async Task Pull_RegistryThatHasItNot_IsTheProblem()
    {
        (await LastAsync(new() { Pull = new() { Image = "a.test/missing:1" } })).Problem.ShouldBe("a.test/missing:1 was not pulled: its name asks the fake store to fail so.");
        _changes.ShouldBe(0);
    }

    [Fact]
    public async Task Pull_NobodyWaitsForIt_IsGivenUp()
    {
        _desk.Begin(new() { Pull = new() { Image = "a.test/slow:1" } }, _asker, _asker);
        (await _asker.NextAsync()).Step!.Kind.ShouldBe(ImageStepKind.Resolving);
        _asker.WantsMore = false;
        await _asker.Left.Task.WaitAsync(s_limit);
        while (_desk.Answering > 0) await Task.Yield();
        (await _images.ListAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_BytesThatCome_AreReadToTheirEnd()
    {
        await _asker.Data.Writer.WriteAsync(new() { Data = new byte[1000] });
        await _asker.Data.Writer.WriteAsync(new());
        await _asker.Data.Writer.WriteAsync(new() { Data = new byte[24] });
        await _asker.Data.Writer.WriteAsync(new() { IsEnd = true });
        var answer = await LastAsync(new() { Import = new() { Name = "a.test/web:1" } });
        (answer.Problem, answer.Step!.BytesDone, answer.Step.Images.Single().Name).ShouldBe((null, 1024, "a.test/web:1"));
    }

    [Fact]
    public async Task Import_CallerThatGoes_LeavesNothing()
    {
        await _asker.Data.Writer.WriteAsync(new() { Data = new byte[1000] });
        await _asker.Data.Writer.WriteAsync(new() { IsGone = true });
        (await LastAsync(new() { Import = new() { Name = "a.test/web:1" } })).Problem.ShouldBe("the archive broke off before its end");
        (await _images.ListAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Prune_ImagesThatTasksNeed_Stay()
    {
        await PullAsync("a.test/used:1", "a.test/wanted:1", "a.test/unused:1");
        _images.Users = image => image.Name == "a.test/used:1" ? ["web.1.1"] : [];
        _wanted = ["a.test/wanted:1"];
        (await LastAsync(new() { Prune = new() { IsDryRun = true } })).Images!.Images.Single().Name.ShouldBe("a.test/unused:1");
        (await _images.ListAsync(default)).Length.ShouldBe(3);
        (await LastAsync(new() { Prune = new() })).Images!.Images.Single().Name.ShouldBe("a.test/unused:1");
        (await _images.ListAsync(default)).Select(use => use.Image.Name).ShouldBe(["a.test/used:1", "a.test/wanted:1"]);
        _changes.ShouldBe(1);
    }

    [Fact]
    public async Task Prune_TaskThatComesMeanwhile_KeepsItsImage()
    {
        await PullAsync("a.test/web:1");

        // Asked a second time right before the removal, which is when the task has come.
        var asked = 0;
        var answers = new ImageAnswers(_images, () => ++asked == 1 ? new HashSet<string>() : ["a.test/web:1"], () => { }, TimeProvider.System);
        await answers.PruneAsync(new(), _asker, default);
        (await _asker.NextAsync()).Images!.Images.ShouldBeEmpty();
        (await _images.ListAsync(default)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Prune_TasksAreNotKnown_IsRefused()
    {
        await PullAsync("a.test/web:1");
        _wanted = null;
        (await LastAsync(new() { Prune = new() })).Problem!.ShouldStartWith("it is not known which tasks the node has");
        (await _images.ListAsync(default)).Length.ShouldBe(1);
    }

    private async Task PullAsync(params string[] names)
    {
        foreach (var name in names) await _images.PullAsync(ImageReference.Parse(name), PullOptions.Default, null, default);
    }

    private async Task<NodeAnswer> LastAsync(NodeQuestion question)
    {
        _desk.Begin(question, _asker, _asker);
        NodeAnswer answer;
        do
        {
            answer = await _asker.NextAsync();
        }
        while (!answer.IsEnd);
        return answer;
    }

    private sealed class Asker : INodeAsker, INodeSource
    {
        private readonly Channel<NodeAnswer> _answers = Channel.CreateUnbounded<NodeAnswer>();

        public Channel<NodeData> Data { get; } = Channel.CreateUnbounded<NodeData>();

        public bool WantsMore { get; set; } = true;

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<NodeAnswer> NextAsync() => _answers.Reader.ReadAsync().AsTask().WaitAsync(s_limit);

        public async Task<bool> TakeAsync(NodeAnswer answer)
        {
            await _answers.Writer.WriteAsync(answer);
            var wantsMore = WantsMore;
            if (!wantsMore) Left.TrySetResult();
            return wantsMore;
        }

        Task<NodeData> INodeSource.NextAsync() => Data.Reader.ReadAsync().AsTask().WaitAsync(s_limit);
    }
}
