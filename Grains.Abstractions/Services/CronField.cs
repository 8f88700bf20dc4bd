using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Warren.Services;

/// <summary>One field of a cron expression: its name, its range, and the names that stand for numbers.</summary>
internal sealed record CronField(string Name, int Min, int Max, IReadOnlyList<string> Names)
{
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, []);

    public static readonly CronField Month =
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]);

    /// <summary>Sunday is 0 and 7.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

    /// <summary>
    /// Takes a list of <c>*</c>, numbers, names and ranges, each with an optional step: a bit for each value, or what is wrong, the field's name first.
    /// </summary>
    public bool TryParse(string text, out ulong values, [NotNullWhen(false)] out string? problem)
    {
        values = 0;
        problem = null;
        foreach (var part in text.Split(','))
        {
            problem = Add(part, ref values);
            if (problem is not null) return false;
        }

        return true;
    }

    private string? Add(string part, ref ulong values)
    {
        var (range, step) = (part, 1);
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            range = part[..slash];
            var text = part[(slash + 1)..];
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1 || step > Max)
                return $"{Name}: the step must be 1 to {Max}, was '{text}'";
        }

        int first, last;
        if (range == "*")
        {
            (first, last) = (Min, Max);
        }
        else
        {
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var begin = dash < 0 ? range : range[..dash];
            if (!TryValue(begin, out first)) return Unknown(begin);

            // A single value with a step begins there and goes on to the end.
            last = dash < 0 ? (slash < 0 ? first : Max) : 0;
            if (dash >= 0)
            {
                if (!TryValue(range[(dash + 1)..], out last)) return Unknown(range[(dash + 1)..]);
                if (last < first) return $"{Name}: a range must not end before it begins, was '{range}'; write it as two, with a comma";
            }
        }

        for (var value = first; value <= last; value += step) values |= 1UL << value;
        return null;
    }

    private bool TryValue(string text, out int value)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (!Names[i].Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            value = Min + i;
            return true;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= Min && value <= Max;
    }

    private string Unknown(string text) =>
        $"{Name}: must be {Min} to {Max}{(Names.Count == 0 ? "" : $" or {Names[0]} to {Names[^1]}")}, was '{text}'";
}
