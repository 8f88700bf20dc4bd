namespace Warren.Images;

/// <summary>The rules that settings about images have in common. Each gives a line for its problem, or none.</summary>
internal static class OptionRules
{
    public static IEnumerable<string> AbsolutePath(string setting, string value)
    {
        if (!Path.IsPathRooted(value)) yield return $"{setting}: must be an absolute path, was '{value}'";
    }

    public static IEnumerable<string> Within(string options, string name, int value, int least, int most)
    {
        if (value < least || value > most) yield return $"{options}.{name}: must be from {least} to {most}, was {value}";
    }

    public static IEnumerable<string> Positive(string options, string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(30))
            yield return $"{options}.{name}: must be more than zero and at most 30 days, was {value}";
    }

    public static IEnumerable<string> NotBelow(string options, string name, TimeSpan value, string lowerName, TimeSpan lower)
    {
        if (value < lower) yield return $"{options}.{name}: must not be below {lowerName} ({lower}), was {value}";
    }
}
