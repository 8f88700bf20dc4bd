using Warren.Services;

namespace Warren.Grains.Jobs;

/// <summary>
/// When the runs of a cron job begin. Times are decided about once and in order, whatever the clock does: the state says through which time
/// that was done, and for which times runs were begun.
/// </summary>
internal static class CronMachine
{
    /// <summary>The most missed runs that are made up for.</summary>
    public const int MaxMadeUp = 100;

    /// <summary>How many begun runs are remembered.</summary>
    public const int MaxStarted = 2 * MaxMadeUp;

    /// <summary>A run that begins no later than this is on time and not missed.</summary>
    private static readonly TimeSpan s_onTime = TimeSpan.FromMinutes(1);

    /// <summary>A clock that was put back by more is followed; by less, it is waited for.</summary>
    private static readonly TimeSpan s_smallStep = TimeSpan.FromMinutes(5);

    /// <summary>Takes the next step.</summary>
    /// <remarks>
    /// <paramref name="state"/>: null: the schedule is new, and begins now. <paramref name="isBusy"/>: whether a run that the schedule
    /// began goes on.
    /// </remarks>
    public static CronStep Step(CronState? state, CronSpec spec, bool isBusy, DateTimeOffset now)
    {
        var (schedule, zone) = (CronSchedule.Parse(spec.Schedule), ZoneOf(spec));
        var name = $"{spec.Schedule} {spec.TimeZone}";

        // Times that a schedule had before it existed were not missed.
        if (state is null) state = new() { Schedule = name, Through = now };
        else if (state.Schedule != name) state = state with { Schedule = name, Through = Later(state.Through, now), Queue = [] };
        if (spec.Suspended)
            return new(state.Through < now || !state.Queue.IsEmpty ? state with { Through = Later(state.Through, now), Queue = [] } : state);

        state = FollowClock(state, now);
        var (start, leftOut) = (new List<DateTimeOffset>(), new List<(DateTimeOffset, string)>());
        string? stopActive = null;
        var queue = state.Queue;
        foreach (var time in Choose(spec, Due(state, spec, schedule, zone, now), leftOut, now))
        {
            var isMadeUp = now - time > s_onTime && spec.MissedRuns == MissedRunPolicy.RunAll;
            switch (spec.Overlap)
            {
                case OverlapPolicy.Allow:
                    start.Add(time);
                    break;
                case OverlapPolicy.Skip when !isMadeUp && (isBusy || !queue.IsEmpty):
                    leftOut.Add((time, "another run goes on"));
                    break;
                case OverlapPolicy.Replace when !isMadeUp && (isBusy || !queue.IsEmpty):
                    leftOut.AddRange(queue.Select(other => (other, "a later run takes its place")));
                    queue = [time];
                    if (isBusy) stopActive = "a later run takes its place";
                    break;
                default:
                    queue = queue.Add(time);
                    break;
            }
        }

        if (!isBusy && !queue.IsEmpty)
        {
            start.Add(queue[0]);
            queue = queue.RemoveAt(0);
        }

        // Small steps of a waiting schedule are not worth a write: what it has decided about, it has decided.
        var isWork = start.Count > 0 || leftOut.Count > 0 || queue != state.Queue;
        if (isWork)
        {
            var started = state.Started.Union(start);
            while (started.Count > MaxStarted) started = started.Remove(started.Min);
            state = state with { Through = Later(state.Through, now), Started = started, Queue = queue };
        }

        return new(state)
        {
            Start = [.. start],
            LeftOut = [.. leftOut.TakeLast(MaxMadeUp)],
            StopActive = stopActive,
            NextAt = schedule.Next(Later(state.Through, now), zone),
        };
    }

    // Behind by a little: wait for it. Behind by much: it was wrong, and its times are decided about again, but for those that had their
    // runs; as
    // long as all of these are remembered.
    private static CronState FollowClock(CronState state, DateTimeOffset now)
    {
        if (state.Through - now <= s_smallStep) return state;
        var remembersAll = state.Started.Count < MaxStarted || state.Started.Min <= now;
        return remembersAll ? state with { Through = now } : state;
    }

    /// <summary>The times that have come, the latest <see cref="MaxMadeUp"/> at most, in order.</summary>
    private static List<DateTimeOffset> Due(CronState state, CronSpec spec, CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset now)
    {
        var after = Later(state.Through, now - spec.MissedRunLimit);

        // Backwards in growing stretches, so that years of a schedule of minutes cost no more than an hour of it.
        for (var stretch = TimeSpan.FromHours(1); ; stretch *= 2)
        {
            var from = Later(after, now - stretch);
            var times = new List<DateTimeOffset>();
            for (var time = schedule.Next(from, zone); time <= now; time = schedule.Next(time.Value, zone)) times.Add(time.Value);
            if (from > after && times.Count < MaxMadeUp) continue;
            times.RemoveAll(time => state.Started.Contains(time) || state.Queue.Contains(time));
            return times.Count <= MaxMadeUp ? times : times[^MaxMadeUp..];
        }
    }

    private static List<DateTimeOffset> Choose(
        CronSpec spec, List<DateTimeOffset> due, List<(DateTimeOffset, string)> leftOut, DateTimeOffset now)
    {
        if (due.Count == 0 || spec.MissedRuns == MissedRunPolicy.RunAll) return due;
        var latest = due[^1];
        var isMissed = now - latest > s_onTime;
        var isSkipped = isMissed && spec.MissedRuns == MissedRunPolicy.Skip;
        leftOut.AddRange(due.SkipLast(isSkipped ? 0 : 1).Select(time => (time, isSkipped || spec.MissedRuns == MissedRunPolicy.Skip
            ? "it was missed"
            : "it was missed, and a later run makes up for it")));
        return isSkipped ? [] : [latest];
    }

    private static TimeZoneInfo ZoneOf(CronSpec spec) =>
        TimeZones.TryFind(spec.TimeZone, out var zone, out var problem) ? zone : throw new InvalidOperationException($"cron.timeZone: {problem}");

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
