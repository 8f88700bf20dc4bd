using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

public sealed class BatchLimitTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Next_WithoutForeground_IsTheMost() => Limit(256, 32).Next(hasForeground: false).ShouldBe(256);

    [Fact]
    public void Next_ForegroundWaits_IsLessUntilNoneHasComeForAWhile()
    {
        var limit = Limit(256, 32);

        limit.Next(hasForeground: true).ShouldBe(32);
        _time.Advance(TimeSpan.FromMilliseconds(99));
        limit.Next(hasForeground: false).ShouldBe(32);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        limit.Next(hasForeground: false).ShouldBe(256);
        limit.Next(hasForeground: true).ShouldBe(32);
    }

    [Fact]
    public void Next_MostIsLessThanThatOfTheForeground_StaysTheMost() => Limit(10, 32).Next(hasForeground: true).ShouldBe(10);

    private BatchLimit Limit(int most, int mostInForeground) => new(most, mostInForeground, _time);
}
