using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

/// <summary>What holds for the ticks of a reminder over any sequence of restarts and hand-overs.</summary>
public sealed class ReminderScheduleProperties
{
    private delegate DateTime FirstTick(DateTime startAt, TimeSpan period, DateTime now, DateTime coveredUntil, double spread);

    private delegate DateTime NextTick(DateTime startAt, TimeSpan period, DateTime lastDue, DateTime now);

    [Fact]
    public void Samples_AreWorthwhile()
    {
        Sampled.Share(ReminderLives.Samples, lives => Run(lives).Sum(static life => life.Count) > 3).ShouldBeGreaterThan(0.5);
        Sampled.Share(ReminderLives.Samples, MissesSome).ShouldBeGreaterThan(0.3);
        Sampled.Share(ReminderLives.Samples, lives => lives.TickTime > lives.Period).ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void Ticks_AreNeverBeforeADueTime() => Sampled.Check(ReminderLives.Samples, lives => CheckNeverEarly(lives, Run(lives)));

    [Fact]
    public void Ticks_OfMissedDueTimes_DoNotComeInABurst() => Sampled.Check(ReminderLives.Samples, lives => CheckNoBurst(lives, Run(lives)));

    [Fact]
    public void Ticks_AfterALongOutage_ComeSoon() => Sampled.Check(ReminderLives.Samples, lives => CheckSoon(lives, Run(lives)));

    [Fact]
    public void Ticks_InALife_LeaveOutNoDueTimeThatTheyAreFreeFor() => Sampled.Check(ReminderLives.Samples, lives => CheckComplete(lives, Run(lives)));

    [Fact]
    public void Properties_FindPlantedFaults()
    {
        // Ticks as often as due times were missed.
        Sampled.Finds(
            ReminderLives.Samples,
            lives => CheckNoBurst(lives, Run(lives, static (start, _, _, _, _) => start, static (_, period, last, _) => last + period))).ShouldBeTrue();

        // Starts anew from when it is taken on, so long periods never end.
        Sampled.Finds(ReminderLives.Samples, lives => CheckSoon(lives, Run(lives, first: static (_, period, now, _, _) => now + period))).ShouldBeTrue();

        // Ticks as soon as it is taken on, whatever the start.
        Sampled.Finds(ReminderLives.Samples, lives => CheckNeverEarly(lives, Run(lives, first: static (_, _, now, _, _) => now))).ShouldBeTrue();

        // Waits for a whole period after each tick.
        Sampled.Finds(ReminderLives.Samples, lives => CheckComplete(lives, Run(lives, next: static (_, period, _, now) => now + period))).ShouldBeTrue();
    }

    private static void CheckNeverEarly(ReminderLives lives, List<List<DateTime>> ticks)
    {
        foreach (var life in ticks)
        {
            var seenTo = DateTime.MinValue;
            foreach (var tick in life)
            {
                tick.ShouldBeGreaterThanOrEqualTo(lives.StartAt);
                var due = LastDueTime(lives, tick);
                due.ShouldBeGreaterThan(seenTo, "each tick within a life is for a due time of its own");
                seenTo = due;
            }
        }
    }

    private static void CheckNoBurst(ReminderLives lives, List<List<DateTime>> ticks)
    {
        foreach (var life in ticks)
        {
            foreach (var (earlier, later) in life.Zip(life.Skip(1)))
                DueTimes(lives, earlier, later).ShouldBeGreaterThanOrEqualTo(1, $"from {earlier:O} to {later:O}");
        }
    }

    private static void CheckSoon(ReminderLives lives, List<List<DateTime>> ticks)
    {
        for (var i = 0; i < ticks.Count; i++)
        {
            var (begin, end) = (lives.Lives[i].Begin, lives.Lives[i].End);
            if (begin <= lives.StartAt || end - begin <= ReminderSchedule.CatchUp) continue;
            ticks[i].ShouldNotBeEmpty();
            (ticks[i][0] - begin).ShouldBeLessThanOrEqualTo(ReminderSchedule.CatchUp);
        }
    }

    private static void CheckComplete(ReminderLives lives, List<List<DateTime>> ticks)
    {
        for (var i = 0; i < ticks.Count; i++)
        {
            for (var at = 1; at < ticks[i].Count; at++)
            {
                var free = ticks[i][at - 1] + lives.TickTime;
                DueTimes(lives, free, ticks[i][at]).ShouldBe(1, $"from {free:O} to {ticks[i][at]:O}");
                ticks[i][at].ShouldBe(LastDueTime(lives, ticks[i][at]), "only the first tick of a life may be late");
            }
        }
    }

    /// <summary>The ticks of each life, in a cluster that starts anew with each.</summary>
    private static List<List<DateTime>> Run(ReminderLives lives, FirstTick? first = null, NextTick? next = null)
    {
        first ??= ReminderSchedule.First;
        next ??= ReminderSchedule.Next;
        return
        [
            .. lives.Lives.Select(life =>
            {
                var ticks = new List<DateTime>();
                var covered = ReminderSchedule.CoveredUntil(life.Begin, life.Begin);
                for (var due = first(lives.StartAt, lives.Period, life.Begin, covered, lives.Spread); due < life.End;)
                {
                    // What is due in the past ticks at once.
                    var free = ticks.Count == 0 ? life.Begin : ticks[^1] + lives.TickTime;
                    var tick = due > free ? due : free;
                    if (tick >= life.End) break;
                    ticks.Add(tick);
                    due = next(lives.StartAt, lives.Period, due, tick + lives.TickTime);
                }

                return ticks;
            }),
        ];
    }

    private static bool MissesSome(ReminderLives lives) => lives.Lives
        .Zip(lives.Lives.Skip(1))
        .Any(pair => pair.Second.Begin > lives.StartAt && DueTimes(lives, pair.First.End, pair.Second.Begin) > 1);

    /// <summary>How many due times there are after <paramref name="from"/> and not after <paramref name="to"/>.</summary>
    private static int DueTimes(ReminderLives lives, DateTime from, DateTime to)
    {
        var count = 0;
        for (var due = lives.StartAt; due <= to; due += lives.Period)
        {
            if (due > from) count++;
        }

        return count;
    }

    private static DateTime LastDueTime(ReminderLives lives, DateTime time)
    {
        var last = lives.StartAt;
        while (last + lives.Period <= time) last += lives.Period;
        return last;
    }
}
