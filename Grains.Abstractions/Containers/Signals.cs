using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Warren.Containers;

/// <summary>The signals of Linux by name and number, as on every processor that .NET runs on (<c>signal(7)</c>).</summary>
public static class Signals
{
    /// <summary>SIGKILL, which no process can refuse.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM, which asks a process to end.</summary>
    public const int Terminate = 15;

    private const int Highest = 64;

    // The C library keeps 32 and 33 to itself; 34 and 64 are what programs call SIGRTMIN and SIGRTMAX.
    private const int RealTimeLowest = 34;
    private const int RealTimeMiddle = 49;

    private static readonly ImmutableSortedDictionary<string, int> s_numbers = CreateNumbers();
    private static readonly ImmutableSortedDictionary<int, string> s_names = CreateNames();

    /// <summary>Takes a name with or without <c>SIG</c>, in any case, <c>RTMIN+n</c> and <c>RTMAX-n</c> too, or a number from 1 to 64.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out int number)
    {
        number = 0;
        if (string.IsNullOrEmpty(text)) return false;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            number = parsed is >= 1 and <= Highest ? parsed : 0;
            return number != 0;
        }
        var name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) name = name[3..];
        return s_numbers.TryGetValue(name, out number);
    }

    /// <summary>The usual name with <c>SIG</c>; the number itself for one that has none.</summary>
    public static string NameOf(int number) =>
        s_names.TryGetValue(number, out var name) ? $"SIG{name}" : number.ToString(CultureInfo.InvariantCulture);

    private static ImmutableSortedDictionary<string, int> CreateNumbers()
    {
        string[] usual =
        [
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
            "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
        ];
        var numbers = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < usual.Length; i++) numbers.Add(usual[i], i + 1);
        numbers.Add("IOT", numbers["ABRT"]);
        numbers.Add("CLD", numbers["CHLD"]);
        numbers.Add("POLL", numbers["IO"]);
        numbers.Add("RTMIN", RealTimeLowest);
        numbers.Add("RTMAX", Highest);
        for (var number = RealTimeLowest + 1; number < Highest; number++)
        {
            numbers.Add(string.Create(CultureInfo.InvariantCulture, $"RTMIN+{number - RealTimeLowest}"), number);
            numbers.Add(string.Create(CultureInfo.InvariantCulture, $"RTMAX-{Highest - number}"), number);
        }
        return numbers.ToImmutable();
    }

    private static ImmutableSortedDictionary<int, string> CreateNames()
    {
        string[] secondNames = ["IOT", "CLD", "POLL"];
        return s_numbers
            .Where(pair => !secondNames.Contains(pair.Key))
            .Where(pair => !pair.Key.StartsWith("RTMIN+", StringComparison.Ordinal) || pair.Value <= RealTimeMiddle)
            .Where(pair => !pair.Key.StartsWith("RTMAX-", StringComparison.Ordinal) || pair.Value > RealTimeMiddle)
            .ToImmutableSortedDictionary(pair => pair.Value, pair => pair.Key);
    }
}
