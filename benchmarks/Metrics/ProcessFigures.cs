using System.Globalization;

namespace Warren.Benchmarks.Metrics;

/// <summary>What the kernel says about a process (proc(5)).</summary>
internal static class ProcessFigures
{
    /// <summary>The processor time that it has used, in steps of 10 ms.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        // The command's name, in brackets, may hold blanks.
        var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        const int User = 11, System = 12, TicksPerSecond = 100;
        return TimeSpan.FromSeconds((Number(fields[User]) + Number(fields[System])) / TicksPerSecond);
    }

    /// <summary>Its memory, in MB of 1,000,000 bytes, that of mapped files included.</summary>
    public static double ResidentMegabytes(int process) => Megabytes(process, "VmRSS:");

    /// <summary>Its memory without that of mapped files.</summary>
    public static double AnonymousMegabytes(int process) => Megabytes(process, "RssAnon:");

    /// <summary>The most memory that it has had, that of mapped files included; 0: it has ended.</summary>
    public static double PeakMegabytes(int process)
    {
        try
        {
            return Megabytes(process, "VmHWM:");
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // What has ended has no memory, and then no number.
            return 0;
        }
    }

    private static double Megabytes(int process, string field)
    {
        const double KilobytesPerMegabyte = 1000.0 * 1000 / 1024;
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))
            .Single(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        return Number(line[field.Length..].Replace("kB", "", StringComparison.Ordinal)) / KilobytesPerMegabyte;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
