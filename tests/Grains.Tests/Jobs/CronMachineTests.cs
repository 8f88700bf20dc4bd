using FsCheck;
using FsCheck.Fluent;
using Warren.Grains.Jobs;
using Warren.Grains.Tests.Testing;
using Warren.Services;

namespace Warren.Grains.Tests.Jobs;

public sealed class CronMachineTests
{
    private static readonly DateTimeOffset s_noon = A.Moment;

    [Fact]
    public void Step_NewSchedule_MissedNothing()
    {
        var step = CronMachine.Step(null, Hourly(), false, s_noon);
        step.Start.ShouldBeEmpty();
        step.NextAt.ShouldBe(s_noon.AddHours(1));
    }

    [Theory]
    [InlineData(MissedRunPolicy.RunOnce, "15:00")]
    [InlineData(MissedRunPolicy.Skip, "")]
    [InlineData(MissedRunPolicy.RunAll, "13:00 14:00 15:00")]
    public void Step_ManagerWasAway_FollowsTheMissedRunPolicy(MissedRunPolicy policy, string started)
    {
        var spec = Hourly() with { MissedRuns = policy, Overlap = OverlapPolicy.Allow };
        var step = CronMachine.Step(Begun(spec), spec, false, s_noon.AddHours(3.5));
        string.Join(' ', step.Start.Select(time => time.ToString("HH:mm"))).ShouldBe(started);
        CronMachine.Step(step.State, spec, false, s_noon.AddHours(3.5)).Start.ShouldBeEmpty();
    }

    [Fact]
    public void Step_OnTimeAfterMissedOnes_SkipRunsIt()
    {
        var spec = Hourly() with { MissedRuns = MissedRunPolicy.Skip };
        var step = CronMachine.Step(Begun(spec), spec, false, s_noon.AddHours(3).AddSeconds(2));
        step.Start.ShouldBe([s_noon.AddHours(3)]);
        step.LeftOut.Select(run => run.At).ShouldBe([s_noon.AddHours(1), s_noon.AddHours(2)]);
    }

    [Fact]
    public void Step_MissedLongAgo_IsLeftOut()
    {
        var spec = Hourly() with { Schedule = "0 13 * * *", MissedRunLimit = TimeSpan.FromHours(2) };
        CronMachine.Step(Begun(spec), spec, false, s_noon.AddHours(4)).Start.ShouldBeEmpty();
        CronMachine.Step(Begun(spec), spec, false, s_noon.AddHours(2)).Start.ShouldBe([s_noon.AddHours(1)]);
    }

    [Fact]
    public void Step_AYearOfMinutesMissed_MakesUpForAHundredInOrder()
    {
        var spec = Hourly() with { Schedule = "* * * * *", MissedRuns = MissedRunPolicy.RunAll, MissedRunLimit = TimeSpan.FromDays(366) };
        var now = s_noon.AddDays(365);
        var step = CronMachine.Step(Begun(spec), spec, false, now);
        step.Start.ShouldBe([now.AddMinutes(-99)]);
        step.State.Queue.Length.ShouldBe(97);
        step.State.Queue.ShouldBeInOrder();

        // The last two are on time, and the overlap policy leaves those out while others go on.
        step.LeftOut.Select(run => run.At).ShouldBe([now.AddMinutes(-1), now]);

        // The next one waits for the end of this one.
        CronMachine.Step(step.State, spec, true, now.AddSeconds(1)).Start.ShouldBeEmpty();
        CronMachine.Step(step.State, spec, false, now.AddSeconds(1)).Start.ShouldBe([now.AddMinutes(-98)]);
    }

    [Fact]
    public void Step_Overlap_SkipsAllowsOrReplaces()
    {
        var due = s_noon.AddHours(1);
        var skip = Hourly();
        var skipped = CronMachine.Step(Begun(skip), skip, true, due);
        skipped.Start.ShouldBeEmpty();
        skipped.LeftOut.ShouldBe([(due, "another run goes on")]);
        CronMachine.Step(skipped.State, skip, false, due.AddSeconds(30)).Start.ShouldBeEmpty();

        var allow = Hourly() with { Overlap = OverlapPolicy.Allow };
        CronMachine.Step(Begun(allow), allow, true, due).Start.ShouldBe([due]);

        var replace = Hourly() with { Overlap = OverlapPolicy.Replace };
        var replaced = CronMachine.Step(Begun(replace), replace, true, due);
        (replaced.StopActive, replaced.Start.Length).ShouldBe(("a later run takes its place", 0));
        CronMachine.Step(replaced.State, replace, false, due.AddSeconds(30)).Start.ShouldBe([due]);
    }

    [Fact]
    public void Step_Suspended_MissesNothing()
    {
        var spec = Hourly();
        var suspended = CronMachine.Step(Begun(spec), spec with { Suspended = true }, false, s_noon.AddHours(5));
        (suspended.Start.Length, suspended.NextAt).ShouldBe((0, null));
        CronMachine.Step(suspended.State, spec, false, s_noon.AddHours(5.5)).Start.ShouldBeEmpty();
        CronMachine.Step(suspended.State, spec, false, s_noon.AddHours(6)).Start.Length.ShouldBe(1);
    }

    [Fact]
    public void Step_ScheduleChanged_DoesNotMakeUpForTimesOfTheNewOne()
    {
        var spec = Hourly();
        var step = CronMachine.Step(Begun(spec), spec with { Schedule = "*/5 * * * *" }, false, s_noon.AddMinutes(17));
        step.Start.ShouldBeEmpty();
        step.NextAt.ShouldBe(s_noon.AddMinutes(20));
    }

    [Fact]
    public void Step_DaylightSavingInBerlin_RunsOnceADayAtTheSameTimeOfTheWall()
    {
        var spec = new CronSpec { Schedule = "30 2 * * *", TimeZone = "Europe/Berlin" };
        var days = Started(spec, new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(4), TimeSpan.FromMinutes(10));
        days.ShouldBe(["03-28 02:30 +01:00", "03-29 03:00 +02:00", "03-30 02:30 +02:00", "03-31 02:30 +02:00"]);
        var autumn = Started(spec, new(2026, 10, 23, 12, 0, 0, TimeSpan.Zero), TimeSpan.FromDays(3), TimeSpan.FromMinutes(10));
        autumn.ShouldBe(["10-24 02:30 +02:00", "10-25 02:30 +02:00", "10-26 02:30 +01:00"]);
    }

    [Fact]
    public void Step_ClockAYearAheadAndBack_GoesOnAndRunsNothingTwice()
    {
        var spec = Hourly();
        var ahead = CronMachine.Step(Begun(spec), spec, false, s_noon.AddDays(365));
        ahead.Start.Length.ShouldBe(1);
        var back = CronMachine.Step(ahead.State, spec, false, s_noon.AddHours(1));
        back.NextAt.ShouldBe(s_noon.AddHours(2));
        CronMachine.Step(back.State, spec, false, s_noon.AddHours(2)).Start.ShouldBe([s_noon.AddHours(2)]);
        CronMachine.Step(back.State, spec, false, s_noon.AddDays(365)).Start.ShouldNotContain(ahead.Start[0]);
    }

    private static readonly Gen<Life> s_lives =
        from schedule in Gen.Elements("* * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "15 1-3 * * 0")
        from zone in Gen.Elements("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe")
        from missed in Gen.Elements(Enum.GetValues<MissedRunPolicy>())
        from overlap in Gen.Elements(Enum.GetValues<OverlapPolicy>())
        from steps in Gen.Choose(-400, 2000).Select(minutes => minutes / 4.0).ListOf(40)
        from busy in Gen.Elements(true, false).ListOf(40)
        select new Life(new() { Schedule = schedule, TimeZone = zone, MissedRuns = missed, Overlap = overlap }, [.. steps], [.. busy]);

    /// <summary>
    /// The clock goes forward and back at will over a change of the clocks; the state is stored and read again at each step.
    /// </summary>
    [Fact]
    public void Step_AnyClock_NeverBeginsARunTwiceNorTwoAtATime() => Sampled.Check(s_lives, life =>
    {
        var started = Play(life);
        started.ShouldBeUnique();
        started.ShouldAllBe(time => CronSchedule.Parse(life.Spec.Schedule).Next(time.AddSeconds(-1), TimeZoneInfo.FindSystemTimeZoneById(life.Spec.TimeZone)) == time);
    }, count: 60);

    [Fact]
    public void Lives_Generated_ReachWhatMatters()
    {
        Sampled.Share(s_lives, life => life.Minutes.Any(minutes => minutes < -5), count: 60).ShouldBeGreaterThan(0.9);
        Sampled.Share(s_lives, life => Play(life).Count > 5, count: 60).ShouldBeGreaterThan(0.4);

        // Without what it remembers of begun runs, a clock that goes back would begin them again.
        Sampled.Finds(s_lives, life => Play(life, forget: true).ShouldBeUnique(), count: 60).ShouldBeTrue();
    }

    private static List<DateTimeOffset> Play(Life life, bool forget = false)
    {
        var now = new DateTimeOffset(2026, 3, 28, 20, 0, 0, TimeSpan.Zero);
        var state = CronMachine.Step(null, life.Spec, false, now).State;
        var started = new List<DateTimeOffset>();
        foreach (var (minutes, isBusy) in life.Minutes.Zip(life.Busy))
        {
            now = now.AddMinutes(minutes);
            var step = CronMachine.Step(state, life.Spec, isBusy, now);
            if (life.Spec.Overlap != OverlapPolicy.Allow) step.Start.Length.ShouldBeLessThanOrEqualTo(isBusy ? 0 : 1);
            step.State.Started.Count.ShouldBeLessThanOrEqualTo(CronMachine.MaxStarted);
            started.AddRange(step.Start);
            state = forget ? step.State with { Started = [] } : step.State;
        }

        return started;
    }

    private static CronSpec Hourly() => new() { Schedule = "@hourly" };

    private static CronState Begun(CronSpec spec) => CronMachine.Step(null, spec, false, s_noon).State;

    private static List<string> Started(CronSpec spec, DateTimeOffset from, TimeSpan time, TimeSpan step)
    {
        var state = CronMachine.Step(null, spec, false, from).State;
        var started = new List<string>();
        for (var now = from; now <= from + time; now += step)
        {
            var next = CronMachine.Step(state, spec, false, now);
            started.AddRange(next.Start.Select(at => at.ToString("MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture)));
            state = next.State;
        }

        return started;
    }

    private sealed record Life(CronSpec Spec, double[] Minutes, bool[] Busy)
    {
        public override string ToString() => $"{Spec} {string.Join(' ', Minutes)}";
    }
}
