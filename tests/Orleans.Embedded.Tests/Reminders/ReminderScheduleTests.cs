using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

public sealed class ReminderScheduleTests
{
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void First_NotYetDue_IsTheStart() =>
        ReminderSchedule.First(Start, Hour, Start.AddDays(-3), DateTime.MinValue, 0.5).ShouldBe(Start);

    [Fact]
    public void First_DueTimesWereSeenTo_IsTheNextDueTime() =>
        ReminderSchedule.First(Start, Hour, Start.AddMinutes(150), Start.AddMinutes(149), 0.5).ShouldBe(Start.AddHours(3));

    [Fact]
    public void First_DueTimeFellIntoTheGap_IsSoonAndSpread() =>
        ReminderSchedule.First(Start, Hour, Start.AddSeconds(7220), Start.AddSeconds(7190), 0.25).ShouldBe(Start.AddSeconds(7235));

    [Fact]
    public void First_AfterAnOutageOfUnknownLength_IsSoon() =>
        ReminderSchedule.First(Start, TimeSpan.FromDays(30), Start.AddDays(42), DateTime.MinValue, 1).ShouldBe(Start.AddDays(42).AddMinutes(1));

    [Fact]
    public void First_NextDueTimeIsSoonAnyway_IsThat() =>
        ReminderSchedule.First(Start, Hour, Start.AddSeconds(3600 + 3590), DateTime.MinValue, 0).ShouldBe(Start.AddHours(2));

    [Fact]
    public void First_StartItselfMayBeMissed_IsSoon() =>
        ReminderSchedule.First(Start, Hour, Start.AddSeconds(10), Start.AddSeconds(-50), 0).ShouldBe(Start.AddSeconds(10));

    [Fact]
    public void Next_TickTookAWhile_IsTheNextDueTime() =>
        ReminderSchedule.Next(Start, Hour, Start.AddHours(4), Start.AddHours(4).AddSeconds(20)).ShouldBe(Start.AddHours(5));

    [Fact]
    public void Next_TickTookPeriods_LeavesOutThoseThatPassed() =>
        ReminderSchedule.Next(Start, Hour, Start, Start.AddMinutes(200)).ShouldBe(Start.AddHours(4));

    [Fact]
    public void Next_TickWasMadeUpFor_IsAgainADueTime() =>
        ReminderSchedule.Next(Start, Hour, Start.AddMinutes(90), Start.AddMinutes(90)).ShouldBe(Start.AddHours(2));

    [Fact]
    public void Next_ClockWasSetBackALittle_DoesNotRepeatTheTick() =>
        ReminderSchedule.Next(Start, Hour, Start.AddHours(2), Start.AddHours(2).AddSeconds(-3)).ShouldBe(Start.AddHours(3));

    [Fact]
    public void Next_ClockWasSetBackFar_FollowsTheClock() =>
        ReminderSchedule.Next(Start, Hour, Start.AddHours(100), Start.AddHours(2).AddMinutes(5)).ShouldBe(Start.AddHours(3));

    [Fact]
    public void Next_BeyondTheCalendar_IsItsEnd() =>
        ReminderSchedule.Next(Start, TimeSpan.MaxValue, Start, Start.AddDays(1)).ShouldBe(DateTime.MaxValue);

    [Fact]
    public void CoveredUntil_ClusterIsYoung_IsNever() =>
        ReminderSchedule.CoveredUntil(Start, Start.AddSeconds(-30)).ShouldBe(DateTime.MinValue);

    [Fact]
    public void CoveredUntil_ClusterHasRunForLong_LeavesTheGapOfAHandover() =>
        ReminderSchedule.CoveredUntil(Start, Start.AddHours(-30)).ShouldBe(Start.AddMinutes(-1));
}
