using System.Globalization;

namespace Warren.Agent.Runtime.Cgroups;

/// <summary>The forms that files of control groups have.</summary>
internal static class CgroupText
{
    private const string NoLimit = "max";

    /// <summary>A single number.</summary>
    public static long Number(string text) => long.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);

    /// <summary>A single number, or null for <c>max</c>.</summary>
    public static long? Limit(string text) => text.AsSpan().Trim().SequenceEqual(NoLimit) ? null : Number(text);

    /// <summary>The number after a name at the start of a line; null without such a line.</summary>
    public static long? Named(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line[(name.Length + 1)..].Trim(), CultureInfo.InvariantCulture);
        }
        return null;
    }

    /// <summary>The sum over all devices of <c>8:0 Read 123</c>, version 1's form.</summary>
    public static long SumOfOperation(string text, string operation) =>
        Lines(text).Select(line => line.Split(' ')).Where(words => words.Length == 3 && words[1] == operation).Sum(words => Number(words[2]));

    /// <summary>The sum over all devices of <c>8:0 rbytes=1 wbytes=2</c>, version 2's form.</summary>
    public static long SumOfKey(string text, string key) =>
        Lines(text).SelectMany(line => line.Split(' ')).Where(word => word.StartsWith(key + "=", StringComparison.Ordinal))
            .Sum(word => Number(word[(key.Length + 1)..]));

    /// <summary>A number of microseconds.</summary>
    public static TimeSpan Microseconds(long number) => TimeSpan.FromTicks(number * TimeSpan.TicksPerMicrosecond);

    /// <summary>A number of nanoseconds.</summary>
    public static TimeSpan Nanoseconds(long number) => TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
