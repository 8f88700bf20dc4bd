using Warren.Agent.Managers;

namespace Warren.Agent.Tests.Managers;

public sealed class OutageLogTests
{
    private readonly StandingTime _time = new();

    [Fact]
    public void SameCause_IsToldOnceAnHour()
    {
        var log = new OutageLog(_time);
        var told = 0;
        for (var second = 0; second < 24 * 3600; second += 5, _time.Advance(TimeSpan.FromSeconds(5)))
        {
            if (log.IsToBeTold("nobody listens")) told++;
        }

        told.ShouldBe(24);
    }

    [Fact]
    public void OtherCauseAndNextOutage_AreToldAtOnce()
    {
        var log = new OutageLog(_time);
        log.IsToBeTold("nobody listens").ShouldBeTrue();
        log.IsToBeTold("timed out").ShouldBeTrue();
        log.IsToBeTold("nobody listens").ShouldBeFalse();
        log.End();
        log.IsToBeTold("nobody listens").ShouldBeTrue();
    }

    /// <summary>A cause may hold a number that is another one each time.</summary>
    [Fact]
    public void ManyCauses_AreToldAsSeldomAsAFew()
    {
        var log = new OutageLog(_time);
        Enumerable.Range(0, 10_000).Count(number => log.IsToBeTold($"attempt {number}")).ShouldBe(8);
        _time.Advance(TimeSpan.FromHours(1));
        log.IsToBeTold("attempt 10001").ShouldBeTrue();
    }

    private sealed class StandingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
