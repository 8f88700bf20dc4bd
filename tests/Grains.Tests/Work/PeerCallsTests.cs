using Warren.Grains.Work;

namespace Warren.Grains.Tests.Work;

public sealed class PeerCallsTests
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250);

    private readonly ManualTime _time = new();

    [Fact]
    public void TakeNextIn_CallFailed_IsWhatIsLeftOfItsWait()
    {
        var peers = Failed();
        _time.Elapsed += s_retry / 5;
        peers.TryBegin("a").ShouldBeFalse();
        peers.TakeNextIn().ShouldBe(s_retry * 0.8);
        _time.Elapsed += s_retry;
        peers.TakeNextIn().ShouldBeNull();
        peers.TryBegin("a").ShouldBeTrue();
        peers.TakeNextIn().ShouldBeNull();
    }

    /// <summary>Nobody would call again otherwise.</summary>
    [Fact]
    public void TakeNextIn_WaitPassesAfterACallWasTooEarly_IsZeroOnce()
    {
        var peers = Failed();
        _time.Elapsed += s_retry - TimeSpan.FromTicks(1);
        peers.TryBegin("a").ShouldBeFalse();
        _time.Elapsed += TimeSpan.FromTicks(1);
        peers.TakeNextIn().ShouldBe(TimeSpan.Zero);
        peers.TakeNextIn().ShouldBeNull();
        peers.TryBegin("a").ShouldBeTrue();
    }

    private PeerCalls Failed()
    {
        var peers = new PeerCalls(_time, s_retry, s_retry * 8);
        peers.TryBegin("a").ShouldBeTrue();
        peers.Failed("a").ShouldBe(s_retry);
        return peers;
    }

    private sealed class ManualTime : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
