using System.Collections.Immutable;

namespace Warren.Validation;

/// <summary>What labels must meet, of whatever object.</summary>
internal static class LabelRules
{
    /// <summary>What names begin with that Warren itself gives.</summary>
    public const string ReservedPrefix = "warren.";

    public const int MaxName = 256, MaxValue = 4096, MaxCount = 256;

    public static void Check(ProblemList problems, string path, ImmutableSortedDictionary<string, string> labels)
    {
        if (labels.Count > MaxCount) problems.Add(path, $"must be at most {MaxCount}, were {labels.Count}");
        foreach (var (name, value) in labels)
        {
            var at = $"{path}[{name}]";
            if (name.Length is 0 or > MaxName || name.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || name.AsSpan().IndexOfAny('=', '!') >= 0)
                problems.Add(at, $"must have a name of 1 to {MaxName} printable characters without '=' and '!', was '{name}'");
            if (name.StartsWith(ReservedPrefix, StringComparison.Ordinal))
                problems.Add(at, $"must not begin with {ReservedPrefix}, which is for Warren's own");
            if (value is null || value.Length > MaxValue) problems.Add(at, $"must have a value of at most {MaxValue} characters, had {value?.Length ?? 0}");
        }
    }
}
