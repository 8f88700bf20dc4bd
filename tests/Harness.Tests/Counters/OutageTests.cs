using Warren.Harness.Counters;

namespace Warren.Harness.Tests.Counters;

public sealed class OutageTests
{
    private readonly StepTime _time = new();

    [Fact]
    public void Over_AllOfTheSiloAnsweredElsewhere_Ends()
    {
        var outage = new Outage("gone", ["gone", "other", "gone"], _time);

        outage.Answered(0, "other");
        outage.Over.IsCompleted.ShouldBeFalse();
        outage.Answered(2, "third");

        outage.Over.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void Answered_FromTheSiloThatIsGone_DoesNotCount()
    {
        var outage = new Outage("gone", ["gone"], _time);

        outage.Answered(0, "gone");

        outage.Over.IsCompleted.ShouldBeFalse();
        outage.Seconds().ShouldBe([double.PositiveInfinity]);
    }

    [Fact]
    public void Seconds_AnsweredAgainLater_AreThoseOfTheFirstAnswer()
    {
        var outage = new Outage("gone", ["gone", "other"], _time);

        _time.Now += TimeSpan.FromSeconds(1);
        outage.Answered(1, "other");
        _time.Now += TimeSpan.FromSeconds(1);
        outage.Answered(0, "other");
        _time.Now += TimeSpan.FromSeconds(1);
        outage.Answered(0, "other");

        outage.Seconds().ShouldBe([2]);
        outage.SecondsOfOthers().ShouldBe([1]);
        outage.Affected.ShouldBe(1);
    }

    [Fact]
    public void Over_NothingOnTheSilo_HasEnded() => new Outage("gone", ["other"], _time).Over.IsCompletedSuccessfully.ShouldBeTrue();

    private sealed class StepTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
