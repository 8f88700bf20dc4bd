using Warren.Hosting.Identities;

namespace Warren.Hosting.Tests.Identities;

public sealed class RenewalTimesTests
{
    private static readonly DateTimeOffset s_issued = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 60)]
    [InlineData(0.5, 55.5)]
    [InlineData(1, 51)]
    public void DueAt_AfterTwoThirdsOrUpToATenthSooner(double chance, double days) =>
        RenewalTimes.DueAt(s_issued, s_issued.AddDays(90), chance).ShouldBe(s_issued.AddDays(days), TimeSpan.FromSeconds(1));

    [Fact]
    public void Wait_IsNeverSoLongThatAClockThatIsSetGoesUnnoticedAndZeroFromWhenItIsDue()
    {
        RenewalTimes.Wait(s_issued.AddDays(60), s_issued).ShouldBe(TimeSpan.FromMinutes(5));
        RenewalTimes.Wait(s_issued.AddMinutes(1), s_issued).ShouldBe(TimeSpan.FromMinutes(1));
        RenewalTimes.Wait(s_issued, s_issued).ShouldBe(TimeSpan.Zero);
        RenewalTimes.Wait(s_issued, s_issued.AddYears(1)).ShouldBe(TimeSpan.Zero);
    }
}
