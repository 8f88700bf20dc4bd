using System.Globalization;
using System.Text;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>Reads the values of flags, as Docker writes them.</summary>
internal static class Values
{
    /// <summary>The next step after a wrong value; the command is put in where it is shown.</summary>
    public const string SeeHelp = "see --help";

    private static readonly (string Unit, double Seconds)[] s_times = [("ms", 0.001), ("us", 0.000_001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];

    /// <summary>A time: <c>1m30s</c>, <c>500ms</c>, <c>0</c>.</summary>
    public static TimeSpan Time(string flag, string text)
    {
        var rest = text.AsSpan();
        var seconds = 0d;
        if (text == "0") return TimeSpan.Zero;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            var letters = digits <= 0 ? -1 : rest[digits..].IndexOfAnyInRange('0', '9') is var next && next < 0 ? rest.Length - digits : next;
            if (letters <= 0 || !double.TryParse(rest[..digits], CultureInfo.InvariantCulture, out var number)) throw Wrong(flag, "a time such as 1m30s or 500ms", text);
            var unit = rest.Slice(digits, letters).ToString();
            var known = Array.Find(s_times, time => time.Unit == unit);
            if (known.Unit is null) throw Wrong(flag, "a time with the units ms, s, m, h or d, such as 1m30s", text);
            seconds += number * known.Seconds;
            rest = rest[(digits + letters)..];
        }

        return text.Length > 0 && seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw Wrong(flag, "a time such as 1m30s or 500ms", text);
    }

    /// <summary>Bytes: <c>512m</c>, <c>1g</c>, <c>1024</c>; units are powers of 1,024.</summary>
    public static long Bytes(string flag, string text)
    {
        var lower = text.ToLowerInvariant().TrimEnd('b').TrimEnd('i');
        var shift = lower.Length == 0 ? -1 : lower[^1] switch
        {
            'k' => 10,
            'm' => 20,
            'g' => 30,
            't' => 40,
            _ => 0,
        };
        var number = shift > 0 ? lower[..^1] : lower;
        if (shift < 0 || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value * Math.Pow(2, shift) >= long.MaxValue)
            throw Wrong(flag, "a size such as 512m or 1g", text);
        return (long)(value * (1L << shift));
    }

    /// <summary>Cores, in thousandths: <c>0.5</c> is 500.</summary>
    public static int MilliCores(string flag, string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cores) && cores <= int.MaxValue / 1000m && cores * 1000 == Math.Floor(cores * 1000)
            ? (int)(cores * 1000)
            : throw Wrong(flag, "a number of cores with at most three decimals, such as 0.5", text);

    /// <summary>A whole number.</summary>
    public static int Number(string flag, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(flag, "a whole number", text);

    /// <summary>Permission bits, in octal: <c>0440</c>.</summary>
    public static int Mode(string flag, string text)
    {
        try
        {
            return Convert.ToInt32(text, 8);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or ArgumentException)
        {
            throw Wrong(flag, "permission bits in octal, such as 0440", text);
        }
    }

    /// <summary>Yes or no.</summary>
    public static bool Flag(string flag, string text) => text switch
    {
        "" or "true" or "1" => true,
        "false" or "0" => false,
        _ => throw Wrong(flag, "true or false", text),
    };

    /// <summary>One of some words.</summary>
    public static T Choice<T>(string flag, string text, IReadOnlyDictionary<string, T> choices) =>
        choices.TryGetValue(text, out var value) ? value
        : throw Wrong(flag, $"one of {string.Join(", ", choices.Keys)}", text, Suggestions.For(text, choices.Keys));

    /// <summary><c>NAME=VALUE</c>.</summary>
    public static (string Name, string Value) Pair(string flag, string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (text[..at], text[(at + 1)..]) : throw Wrong(flag, "NAME=VALUE", text);

    /// <summary><c>name=value,name=value,word</c>, of known names; a word alone has the empty value.</summary>
    public static Dictionary<string, string> Fields(string flag, string text, params string[] known)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? part : part[..at];
            if (!known.Contains(name))
            {
                var meant = Suggestions.For(name, known);
                throw new CliException(ExitCodes.Usage, $"{flag}: '{name}' in '{text}' is not known{(meant is null ? "" : $"; did you mean '{meant}'?")}", $"known are {string.Join(", ", known)}");
            }

            fields[name] = at < 0 ? "" : part[(at + 1)..];
        }

        return fields;
    }

    /// <summary>Words as a shell parts them: quotes hold together, a backslash takes the next character as it is.</summary>
    public static IEnumerable<string> Words(string flag, string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (isWord, quote) = (false, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length) (isWord, _) = (true, word.Append(text[++i]));
            else if (quote == '\0' && c is '"' or '\'' && quote == '\0') (isWord, quote) = (true, c);
            else if (quote != '\0' && c == quote) quote = '\0';
            else if (quote == '\0' && char.IsWhiteSpace(c)) Finish();
            else (isWord, _) = (true, word.Append(c));
        }

        if (quote != '\0') throw Wrong(flag, "words with closed quotes", text);
        Finish();
        return words;

        void Finish()
        {
            if (isWord) words.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }

    /// <summary>A value that breaks a rule.</summary>
    /// <param name="flag">What has the value.</param>
    /// <param name="rule">What it must be.</param>
    /// <param name="was">The value.</param>
    /// <param name="meant">What may have been meant. Default: nothing is alike.</param>
    public static CliException Wrong(string flag, string rule, string was, string? meant = null) =>
        new(ExitCodes.Usage, $"{flag}: must be {rule}, was '{was}'{(meant is null ? "" : $"; did you mean '{meant}'?")}", SeeHelp);
}
