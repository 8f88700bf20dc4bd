using System.Globalization;

namespace Warren.Benchmarks.Metrics;

/// <summary>One figure.</summary>
/// <param name="Name">In lower case, with the benchmark's name before a dot.</param>
/// <param name="Value">The value.</param>
/// <param name="Unit">The unit, one word.</param>
internal sealed record Metric(string Name, double Value, string Unit)
{
    private const string Keyword = "METRIC", ContextKeyword = "CONTEXT";

    /// <summary>Whether this is no figure of Warren but a limit of the machine, measured to compare with.</summary>
    public bool IsContext { get; init; }

    /// <summary>Digits enough to compare, and no more.</summary>
    public string Text => Value switch
    {
        _ when Value == Math.Floor(Value) || Math.Abs(Value) >= 1000 => Value.ToString("F0", CultureInfo.InvariantCulture),
        _ when Math.Abs(Value) >= 10 => Value.ToString("F1", CultureInfo.InvariantCulture),
        _ => Value.ToString("F3", CultureInfo.InvariantCulture),
    };

    /// <summary>The line of a metric; null for every other line.</summary>
    public static Metric? Parse(string line) =>
        line.Split(' ') is [Keyword or ContextKeyword, var name, var value, var unit]
        && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new Metric(name, number, unit) { IsContext = line.StartsWith(ContextKeyword, StringComparison.Ordinal) }
            : null;

    public override string ToString() => $"{(IsContext ? ContextKeyword : Keyword)} {Name} {Text} {Unit}";
}
