using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Warren.Services;

/// <summary>
/// The times that a cron expression means: five fields (minute, hour, day of month, month, day of week) of <c>*</c>, numbers, names
/// (<c>jan</c>, <c>mon</c>), ranges, steps and lists, or one of <c>@hourly</c>, <c>@daily</c>, <c>@midnight</c>, <c>@weekly</c>,
/// <c>@monthly</c>, <c>@yearly</c>, <c>@annually</c>. When neither day field begins with <c>*</c>, a day that meets one of them is meant.
/// </summary>
/// <remarks>
/// Where clocks are put forward, a time that does not exist is the first moment after the gap; where they are put back, a time that exists
/// twice is meant the first time only. But a schedule whose hours begin with <c>*</c> means intervals: it passes over the gap, and
/// runs through the repeated hour both times.
/// </remarks>
public sealed class CronSchedule
{
    /// <summary>No zone puts its clocks by more; the next date line will be crossed with notice.</summary>
    private static readonly TimeSpan s_largestShift = TimeSpan.FromHours(3);

    // 29 February comes after eight years at the latest.
    private const int SearchedYears = 9;

    private static readonly int[] s_longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    private readonly string _text;
    private readonly ulong _minutes, _hours, _days, _months, _weekdays;
    private readonly bool _eitherDay, _isInterval;

    private CronSchedule(string text, ReadOnlySpan<ulong> values, bool eitherDay, bool isInterval)
    {
        _text = text;
        (_minutes, _hours, _days, _months) = (values[0], values[1], values[2], values[3]);
        _weekdays = (values[4] | (values[4] >> 7)) & 0x7F;
        (_eitherDay, _isInterval) = (eitherDay, isInterval);
    }

    /// <summary>Takes the text of a schedule.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static CronSchedule Parse(string text) =>
        TryParse(text, out var schedule, out var problem) ? schedule : throw new FormatException(problem);

    /// <summary>Takes a text that may be no schedule; then <paramref name="problem"/> says what is wrong.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        schedule = null;
        var expression = text.Trim();
        if (expression.StartsWith('@'))
        {
            var known = Macro(expression);
            if (known is null)
            {
                problem = $"must be five fields or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, was '{text}'";
                return false;
            }

            expression = known;
        }

        var parts = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
        {
            problem = $"must have five fields (minute, hour, day of month, month, day of week), had {parts.Length}: '{text}'";
            return false;
        }

        Span<ulong> values = stackalloc ulong[5];
        CronField[] fields = [CronField.Minute, CronField.Hour, CronField.DayOfMonth, CronField.Month, CronField.DayOfWeek];
        for (var i = 0; i < fields.Length; i++)
        {
            if (!fields[i].TryParse(parts[i], out values[i], out problem)) return false;
        }

        var anyDay = parts[2].StartsWith('*');
        var anyWeekday = parts[4].StartsWith('*');
        if (anyWeekday && !HasDay(values[2], values[3]))
        {
            problem = $"day of month: none of the months has such a day, was '{text}'";
            return false;
        }

        schedule = new(text.Trim(), values, eitherDay: !anyDay && !anyWeekday, isInterval: parts[1].StartsWith('*'));
        problem = null;
        return true;
    }

    /// <summary>The first time after <paramref name="after"/>, with the zone's offset then; null if there is none within nine years.</summary>
    /// <param name="after">Excluded itself.</param>
    /// <param name="zone">In which the fields are read.</param>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        // Near a change of the clocks the order on the wall is not the order in time: look at all candidates that may come first.
        var wall = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        var candidate = NextOnWall(SafeAdd(wall, -s_largestShift));
        DateTimeOffset? best = null;
        while (candidate is { } time && (best is null || time <= SafeAdd(best.Value.DateTime, s_largestShift)))
        {
            foreach (var instant in Instants(time, zone))
            {
                if (instant > after && (best is null || instant < best)) best = instant;
            }

            candidate = NextOnWall(SafeAdd(time, TimeSpan.FromMinutes(1)));
        }

        return best is { } found ? TimeZoneInfo.ConvertTime(found, zone) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static string? Macro(string text) => text switch
    {
        "@hourly" => "0 * * * *",
        "@daily" or "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" or "@annually" => "0 0 1 1 *",
        _ => null,
    };

    private static bool HasDay(ulong days, ulong months)
    {
        for (var month = 1; month <= 12; month++)
        {
            if (Has(months, month) && BitOperations.TrailingZeroCount(days) <= s_longestMonths[month - 1]) return true;
        }

        return false;
    }

    private static bool Has(ulong values, int value) => (values >> value & 1) != 0;

    private IEnumerable<DateTimeOffset> Instants(DateTime wall, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(wall))
        {
            if (!_isInterval) yield return EndOfGap(wall, zone);
        }
        else if (zone.IsAmbiguousTime(wall))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(wall);
            yield return new(wall, offsets.Max());
            if (_isInterval) yield return new(wall, offsets.Min());
        }
        else
        {
            yield return new(wall, zone.GetUtcOffset(wall));
        }
    }

    /// <summary>Clocks are put at full minutes.</summary>
    private static DateTimeOffset EndOfGap(DateTime wall, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(wall)) wall = wall.AddMinutes(1);
        return new(wall, zone.GetUtcOffset(wall));
    }

    private DateTime? NextOnWall(DateTime from)
    {
        var time = new DateTime(from.Year, from.Month, from.Day, from.Hour, from.Minute, 0, DateTimeKind.Unspecified);
        if (time < DateTime.SpecifyKind(from, DateTimeKind.Unspecified)) time = SafeAdd(time, TimeSpan.FromMinutes(1));
        var last = SafeAdd(time, TimeSpan.FromDays(366 * SearchedYears));
        while (time < last)
        {
            if (!Has(_months, time.Month))
            {
                time = SafeAdd(new DateTime(time.Year, time.Month, 1), TimeSpan.FromDays(DateTime.DaysInMonth(time.Year, time.Month)));
            }
            else if (!IsDay(time))
            {
                time = SafeAdd(time.Date, TimeSpan.FromDays(1));
            }
            else if (!Has(_hours, time.Hour))
            {
                time = SafeAdd(time.Date, TimeSpan.FromHours(time.Hour + 1));
            }
            else if (!Has(_minutes, time.Minute))
            {
                time = SafeAdd(time, TimeSpan.FromMinutes(1));
            }
            else
            {
                return time;
            }
        }

        return null;
    }

    private bool IsDay(DateTime time)
    {
        var (day, weekday) = (Has(_days, time.Day), Has(_weekdays, (int)time.DayOfWeek));
        return _eitherDay ? day || weekday : day && weekday;
    }

    private static DateTime SafeAdd(DateTime time, TimeSpan span) =>
        span > TimeSpan.Zero && time > DateTime.MaxValue - span ? DateTime.MaxValue
        : span < TimeSpan.Zero && time < DateTime.MinValue - span ? DateTime.MinValue
        : time + span;
}
