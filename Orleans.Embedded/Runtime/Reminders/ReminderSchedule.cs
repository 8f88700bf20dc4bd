namespace Orleans.Runtime.Reminders;

/// <summary>
/// When a reminder ticks. Its due times are its start plus whole periods; all follows from these, so a restart changes nothing. A tick
/// is never before a due time, and what was missed comes once, not once for each missed time. Pure.
/// </summary>
internal static class ReminderSchedule
{
    /// <summary>
    /// A tick that may have been missed is made up for within this time, unless the next one is due by then anyway. The ticks of many
    /// reminders are spread over it.
    /// </summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The longest time for which nobody runs a reminder while it passes from one silo to another: what detecting a death, agreeing on it
    /// and reading the table take, with a wide margin. A due time within it may have been missed.
    /// </summary>
    public static readonly TimeSpan HandoverGap = TimeSpan.FromMinutes(1);

    /// <summary>The first tick of a reminder that this silo takes on.</summary>
    /// <param name="startAt">The first due time.</param>
    /// <param name="period">From one due time to the next; more than zero.</param>
    /// <param name="now">The present.</param>
    /// <param name="coveredUntil">Due times after this may have been missed; those before were seen to by others.</param>
    /// <param name="spread">From 0 to 1: where in <see cref="CatchUp"/> a missed tick is made up for.</param>
    public static DateTime First(DateTime startAt, TimeSpan period, DateTime now, DateTime coveredUntil, double spread)
    {
        if (now <= startAt) return startAt;
        var next = After(startAt, period, now);
        var mayBeMissed = startAt + (period * Index(startAt, period, now)) > coveredUntil;
        return mayBeMissed && next - now > CatchUp ? now + (CatchUp * spread) : next;
    }

    /// <summary>The tick that follows one that was due at <paramref name="lastDue"/> and has ended.</summary>
    public static DateTime Next(DateTime startAt, TimeSpan period, DateTime lastDue, DateTime now)
    {
        // A clock that was set back a little must not repeat the tick; one that was set back far must not silence the reminder.
        var isSetBackFar = lastDue - now > period;
        return After(startAt, period, lastDue > now && !isSetBackFar ? lastDue : now);
    }

    /// <summary>When this silo may be the first to run reminders since all were down: then how long they were not run is not known.</summary>
    /// <param name="now">The present.</param>
    /// <param name="oldestStart">When the longest-lived active silo started.</param>
    public static DateTime CoveredUntil(DateTime now, DateTime oldestStart) =>
        now - oldestStart < 2 * CatchUp ? DateTime.MinValue : now - HandoverGap;

    /// <summary>The first due time after <paramref name="time"/>.</summary>
    private static DateTime After(DateTime startAt, TimeSpan period, DateTime time)
    {
        if (time < startAt) return startAt;
        var ticks = startAt.Ticks + ((Int128)period.Ticks * (Index(startAt, period, time) + 1));
        return ticks > DateTime.MaxValue.Ticks ? DateTime.MaxValue : new DateTime((long)ticks, DateTimeKind.Utc);
    }

    /// <summary>How many periods have passed.</summary>
    private static long Index(DateTime startAt, TimeSpan period, DateTime time) => (time - startAt).Ticks / period.Ticks;
}
