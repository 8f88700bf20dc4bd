using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Images;

namespace Warren.Agent.Tests.Images;

public sealed class ProgressFeedTests
{
    private readonly PullState _state = new();
    private readonly ProgressFeed _feed;

    public ProgressFeedTests() => _feed = new ProgressFeed(_state.Look, TimeProvider.System, NullLogger.Instance);

    [Fact]
    public async Task While_Successful_TellsTheEndLastAndOnce()
    {
        var listener = new Listener();
        _feed.Add(listener);
        _state.Begin([new BlobState(100)], layers: 1);
        await _feed.WhileAsync(async () =>
        {
            await listener.First.Task.WaitAsync(TimeSpan.FromMinutes(1));
            _state.Done();
            return 0;
        });
        listener.Seen[0].ShouldBe(new(PullPhase.Downloading, 0, 1, 0, 100));
        listener.Seen[^1].ShouldBe(new(PullPhase.Done, 1, 1, 100, 100));
        listener.Seen.Distinct().Count().ShouldBe(listener.Seen.Count);
    }

    [Fact]
    public async Task While_Failing_TellsNoEnd()
    {
        var listener = new Listener();
        _feed.Add(listener);
        await Should.ThrowAsync<InvalidOperationException>(_feed.WhileAsync<int>(() => throw new InvalidOperationException("broken")));
        listener.Seen.ShouldAllBe(progress => progress.Phase != PullPhase.Done);
    }

    [Fact]
    public async Task While_OneListenerThrows_TheOtherAndTheWorkGoOn()
    {
        var listener = new Listener();
        _feed.Add(new Deaf());
        _feed.Add(listener);
        (await _feed.WhileAsync(() =>
        {
            _state.Done();
            return Task.FromResult(7);
        })).ShouldBe(7);
        listener.Seen[^1].Phase.ShouldBe(PullPhase.Done);
    }

    private sealed class Listener : IProgress<PullProgress>
    {
        public List<PullProgress> Seen { get; } = [];

        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Report(PullProgress value)
        {
            Seen.Add(value);
            First.TrySetResult();
        }
    }

    private sealed class Deaf : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => throw new InvalidOperationException("deaf");
    }
}
