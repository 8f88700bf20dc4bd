using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Warren.Cli.Output;

/// <summary>Values as people read them.</summary>
internal static class Text
{
    /// <summary>How long ago something was: <c>3m ago</c>; empty for no time.</summary>
    public static string Ago(Timestamp? at, TimeProvider time) => at is null ? "" : Span(time.GetUtcNow() - at.ToDateTimeOffset()) + " ago";

    /// <summary>A time in its greatest unit: <c>45s</c>, <c>3m</c>, <c>5h</c>, <c>12d</c>.</summary>
    public static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => "0s",
        < 120 => Number((long)span.TotalSeconds) + "s",
        < 7_200 => Number((long)span.TotalMinutes) + "m",
        < 172_800 => Number((long)span.TotalHours) + "h",
        _ => Number((long)span.TotalDays) + "d",
    };

    /// <summary>Bytes in the greatest unit that leaves at least one: <c>512MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < 4) (value, unit) = (value / 1024, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{new[] { "B", "KiB", "MiB", "GiB", "TiB" }[unit]}");
    }

    /// <summary>Bytes where there is little room, as <see cref="Bytes"/>, with three digits at most before the unit's letter: <c>512M</c>, <c>1.5G</c>.</summary>
    public static string ShortBytes(double bytes)
    {
        var (value, unit) = (bytes, 0);
        while (value >= 999.5 && unit < 4) (value, unit) = (value / 1024, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{(value < 10 ? Math.Round(value, 1) : Math.Round(value)):0.#}{"BKMGT"[unit]}");
    }

    /// <summary>Cores: <c>0.5</c>.</summary>
    public static string Cores(long millicores) => (millicores / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A value of an enumeration in lower case, words parted by dashes: <c>on-failure</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, System.Enum =>
        string.Concat(value.ToString().Select(c => char.IsUpper(c) ? "-" + char.ToLowerInvariant(c) : c.ToString())).TrimStart('-');

    /// <summary>A number.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Labels: <c>a=1,b=2</c>.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Value.Length == 0 ? label.Key : $"{label.Key}={label.Value}"));
}
