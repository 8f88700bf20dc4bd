namespace Warren.Images.Tests;

public sealed class SharedWorkTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly SharedWork<string, object, int> _shared = new();
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    [Fact]
    public async Task Join_Twice_WorksOnce()
    {
        var first = JoinAsync();
        var second = JoinAsync();
        _end.SetResult(7);
        (await Task.WhenAll(first, second).WaitAsync(s_limit)).ShouldBe([7, 7]);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Join_OtherKey_WorksByItself()
    {
        var both = Task.WhenAll(JoinAsync("a"), JoinAsync("b"));
        _end.SetResult(1);
        await both.WaitAsync(s_limit);
        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task Cancel_OneOfTwo_LeavesTheOther()
    {
        using var leaving = new CancellationTokenSource();
        var first = JoinAsync(token: leaving.Token);
        var second = JoinAsync();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first.WaitAsync(s_limit));
        _end.SetResult(3);
        (await second.WaitAsync(s_limit)).ShouldBe(3);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_TheLast_CancelsTheWorkAndTheNextWaitsForItsEnd()
    {
        var windingUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leaving = new CancellationTokenSource();
        var first = _shared.JoinAsync(
            "a",
            () => new object(),
            async (_, token) =>
            {
                await using var registration = token.Register(cancelled.SetResult);
                await cancelled.Task;
                await windingUp.Task;
                token.ThrowIfCancellationRequested();
                return 0;
            },
            null,
            leaving.Token);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first.WaitAsync(s_limit));
        await cancelled.Task.WaitAsync(s_limit);

        _end.SetResult(5);
        var next = JoinAsync();
        _runs.ShouldBe(0);
        windingUp.SetResult();
        (await next.WaitAsync(s_limit)).ShouldBe(5);
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Fail_EachWaiter_SeesItAndTheNextWorksAnew()
    {
        var both = new[] { JoinAsync(), JoinAsync() };
        _end.SetException(new InvalidOperationException("broken"));
        foreach (var waiter in both) (await Should.ThrowAsync<InvalidOperationException>(waiter.WaitAsync(s_limit))).Message.ShouldBe("broken");
        await Should.ThrowAsync<InvalidOperationException>(JoinAsync().WaitAsync(s_limit));
        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task Dispose_WhileRunning_CancelsAndWaits()
    {
        var waiter = _shared.JoinAsync("a", () => new object(), (_, token) => _end.Task.WaitAsync(token), null, CancellationToken.None);
        await _shared.DisposeAsync().AsTask().WaitAsync(s_limit);
        await Should.ThrowAsync<OperationCanceledException>(waiter.WaitAsync(s_limit));
        await Should.ThrowAsync<ObjectDisposedException>(JoinAsync().WaitAsync(s_limit));
    }

    private Task<int> JoinAsync(string key = "a", CancellationToken token = default) => _shared.JoinAsync(
        key,
        () => new object(),
        (_, inner) =>
        {
            Interlocked.Increment(ref _runs);
            return _end.Task.WaitAsync(inner);
        },
        null,
        token);
}
