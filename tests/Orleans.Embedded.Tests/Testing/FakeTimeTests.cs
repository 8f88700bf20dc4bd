namespace Orleans.Embedded.Tests.Testing;

public sealed class FakeTimeTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Advance_SeveralTimers_RunsThemInOrderAtTheirTimes()
    {
        var ran = new List<(string, double)>();
        using var late = _time.CreateTimer(_ => ran.Add(("late", _time.Elapsed.TotalSeconds)), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = _time.CreateTimer(_ => ran.Add(("often", _time.Elapsed.TotalSeconds)), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        using var never = _time.CreateTimer(_ => ran.Add(("never", 0)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(4));

        ran.ShouldBe([("often", 1), ("late", 3), ("often", 3)], ignoreOrder: false);
        _time.Elapsed.ShouldBe(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Delay_ByTheClock_EndsWhenItIsMoved()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(5), _time);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        delay.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await delay;
    }

    [Fact]
    public async Task Timeout_ByTheClock_CancelsWhenItIsMoved()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);
        var wait = Task.Delay(Timeout.InfiniteTimeSpan, _time, limit.Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<OperationCanceledException>(wait);
    }
}
