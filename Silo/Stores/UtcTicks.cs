namespace Warren.Silo.Stores;

/// <summary>Times as they are stored: 100 ns since the year 1, in UTC, which no engine rounds or shifts.</summary>
internal static class UtcTicks
{
    /// <summary>A time of no stated kind is taken to be UTC.</summary>
    public static long Of(DateTime time) => (time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time).Ticks;

    public static DateTime ToTime(long ticks) => new(ticks, DateTimeKind.Utc);
}
