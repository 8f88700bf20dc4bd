using System.Collections.Immutable;

namespace Warren.Services;

/// <summary>
/// What a <see cref="RestartSpec"/> means: how long a slot waits for its next task after tasks of it ended by themselves. Managers follow it, and agents that
/// no manager can be reached from.
/// </summary>
public static class RestartRule
{
    /// <summary>More ends than this change nothing, unless a limit of attempts has to be counted.</summary>
    private const int RememberedEnds = 64;

    /// <summary>The ends within the window, with a new one.</summary>
    public static ImmutableArray<DateTimeOffset> WithEnd(ImmutableArray<DateTimeOffset> ends, RestartSpec restart, DateTimeOffset now)
    {
        var kept = Within(ends, restart, now).Add(now);
        var most = Math.Max(RememberedEnds, (restart.MaxAttempts ?? 0) + 1);
        return kept.Length <= most ? kept : kept.RemoveRange(0, kept.Length - most);
    }

    /// <summary>
    /// Those of the ends that count. One that the clock says is yet to come was before the clock was put back: it counts as now.
    /// </summary>
    public static ImmutableArray<DateTimeOffset> Within(ImmutableArray<DateTimeOffset> ends, RestartSpec restart, DateTimeOffset now) =>
        [.. ends.Select(end => end > now ? now : end).Where(end => now - end <= restart.Window)];

    /// <summary>The time from the last end to the next start, for so many ends within the window.</summary>
    public static TimeSpan DelayAfter(int ends, RestartSpec restart)
    {
        if (ends <= 0) return TimeSpan.Zero;
        if (ends == 1) return Min(restart.Delay, restart.MaxDelay);
        var grown = restart.Backoff.TotalMilliseconds * Math.Pow(restart.BackoffFactor, Math.Min(ends - 2, RememberedEnds));
        var backoff = grown >= restart.MaxDelay.TotalMilliseconds ? restart.MaxDelay : TimeSpan.FromMilliseconds(grown);
        return Min(backoff > restart.Delay ? backoff : restart.Delay, restart.MaxDelay);
    }

    /// <summary>When the slot may get its next task. Null: at once.</summary>
    public static DateTimeOffset? NotBefore(ImmutableArray<DateTimeOffset> ends, RestartSpec restart, DateTimeOffset now)
    {
        var counted = Within(ends, restart, now);
        if (counted.IsEmpty) return null;
        var time = counted[^1] + DelayAfter(counted.Length, restart);
        return time > now ? time : null;
    }

    /// <summary>Whether a task may be placed. A time further away than any delay was set before the clock was put back.</summary>
    public static bool IsDue(DateTimeOffset? notBefore, RestartSpec restart, DateTimeOffset now) =>
        notBefore is not { } time || time <= now || time - now > restart.MaxDelay;

    /// <summary>Whether so many ends used up the restarts.</summary>
    public static bool IsUsedUp(ImmutableArray<DateTimeOffset> ends, RestartSpec restart, DateTimeOffset now) =>
        restart.MaxAttempts is { } most && Within(ends, restart, now).Length > most;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
