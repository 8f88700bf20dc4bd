using System.Globalization;
using Warren.Services;

namespace Warren.Grains.Tests.Services;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")]
    [InlineData("*/15 * * * *", "2026-03-01T12:00:01Z", "2026-03-01T12:15:00Z")]
    [InlineData("5/20 * * * *", "2026-03-01T12:26:00Z", "2026-03-01T12:45:00Z")]
    [InlineData("0 9-17/4 * * *", "2026-03-01T13:00:00Z", "2026-03-01T17:00:00Z")]
    [InlineData("30 4 1,15 * *", "2026-03-01T04:30:00Z", "2026-03-15T04:30:00Z")]
    [InlineData("0 0 * * mon-fri", "2026-03-06T00:00:00Z", "2026-03-09T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("0 0 * * SUN", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("0 0 13 * 5", "2026-03-07T00:00:00Z", "2026-03-13T00:00:00Z")]
    [InlineData("0 0 10 * 5", "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z")]
    [InlineData("0 0 */2 * 1", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z")]
    [InlineData("0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 31 jan,dec *", "2026-03-01T00:00:00Z", "2026-12-31T00:00:00Z")]
    [InlineData("@hourly", "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z")]
    [InlineData("@daily", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("@midnight", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("@weekly", "2026-03-01T12:00:00Z", "2026-03-08T00:00:00Z")]
    [InlineData("@monthly", "2026-03-01T12:00:00Z", "2026-04-01T00:00:00Z")]
    [InlineData("@yearly", "2026-03-01T12:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@annually", "2026-03-01T12:00:00Z", "2027-01-01T00:00:00Z")]
    public void Next_InUtc_IsTheFirstMatchAfter(string schedule, string after, string expected) =>
        Next(schedule, after, "UTC").ShouldBe(expected);

    // Berlin puts its clocks from 02:00 to 03:00 on 29 March 2026 (01:00 UTC) and from 03:00 to 02:00 on 25 October (01:00 UTC).
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T02:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("0,30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z")]
    [InlineData("30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")]
    [InlineData("0 3 * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("*/20 * * * *", "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z")]
    [InlineData("0 12 * * *", "2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z")]
    public void Next_WhereClocksChange_RunsEachWallTimeOnceAndEachIntervalAlways(string schedule, string after, string expected) =>
        Next(schedule, after, "Europe/Berlin").ShouldBe(expected);

    [Fact]
    public void Next_AllOverAYear_FixedTimeRunsOncePerDay()
    {
        Walk("30 2 * * *", "Europe/Berlin").Count.ShouldBe(365);
    }

    [Fact]
    public void Next_AllOverAYear_HourlyRunsEveryRealHour()
    {
        Walk("0 * * * *", "Europe/Berlin").Count.ShouldBe(365 * 24);
    }

    [Fact]
    public void Next_InAZone_HasTheOffsetOfTheZoneThen()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var next = CronSchedule.Parse("0 12 * * *").Next(At("2026-07-01T00:00:00Z"), zone);
        next!.Value.Offset.ShouldBe(TimeSpan.FromHours(2));
        next.Value.Hour.ShouldBe(12);
    }

    [Theory]
    [InlineData("60 * * * *", "minute: must be 0 to 59, was '60'")]
    [InlineData("* 24 * * *", "hour: must be 0 to 23, was '24'")]
    [InlineData("* * 0 * *", "day of month: must be 1 to 31, was '0'")]
    [InlineData("* * * 13 *", "month: must be 1 to 12 or jan to dec, was '13'")]
    [InlineData("* * * * 8", "day of week: must be 0 to 7 or sun to sat, was '8'")]
    [InlineData("* * * * x", "day of week: must be 0 to 7 or sun to sat, was 'x'")]
    [InlineData("*/0 * * * *", "minute: the step must be 1 to 59, was '0'")]
    [InlineData("1, * * * *", "minute: must be 0 to 59, was ''")]
    [InlineData("-1 * * * *", "minute: must be 0 to 59, was ''")]
    [InlineData("* * * * fri-mon", "day of week: a range must not end before it begins, was 'fri-mon'; write it as two, with a comma")]
    [InlineData("* * * *", "must have five fields (minute, hour, day of month, month, day of week), had 4: '* * * *'")]
    [InlineData("* * * * * *", "must have five fields (minute, hour, day of month, month, day of week), had 6: '* * * * * *'")]
    [InlineData("0 0 30 2 *", "day of month: none of the months has such a day, was '0 0 30 2 *'")]
    [InlineData("@reboot", "must be five fields or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, was '@reboot'")]
    public void TryParse_NoSchedule_SaysWhichFieldAndWhy(string text, string expected)
    {
        CronSchedule.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Etc/GMT+5")]
    [InlineData("UTC")]
    public void TimeZones_IanaName_IsFound(string name)
    {
        TimeZones.TryFind(name, out var zone, out _).ShouldBeTrue();
        zone!.Id.ShouldBe(name);
    }

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("../../../etc/passwd")]
    [InlineData("")]
    public void TimeZones_UnknownName_SaysWhatIsExpected(string name)
    {
        TimeZones.TryFind(name, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(
            $"must be the IANA name of a time zone that this machine knows (Debian: package tzdata), such as Europe/Berlin, was '{name}'");
    }

    private static string Next(string schedule, string after, string zone) =>
        CronSchedule.Parse(schedule).Next(At(after), TimeZoneInfo.FindSystemTimeZoneById(zone))!.Value
            .ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static List<DateTimeOffset> Walk(string schedule, string zone)
    {
        var (cron, where, end) = (CronSchedule.Parse(schedule), TimeZoneInfo.FindSystemTimeZoneById(zone), At("2026-12-31T23:00:00Z"));
        var runs = new List<DateTimeOffset>();
        for (var at = cron.Next(At("2025-12-31T22:59:59Z"), where); at < end; at = cron.Next(at.Value, where)) runs.Add(at.Value);
        return runs;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
