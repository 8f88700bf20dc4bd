using System.Diagnostics.CodeAnalysis;

namespace Warren.Validation;

/// <summary>The grammars of names, each with the words that tell its rule.</summary>
internal static class NameRules
{
    /// <summary>The longest DNS label.</summary>
    public const int MaxLabel = 63;

    /// <summary>1 to <paramref name="max"/> of a-z, 0-9 and '-', beginning and ending with a letter or digit.</summary>
    public static bool IsLabel([NotNullWhen(true)] string? value, int max = MaxLabel) =>
        value is { Length: > 0 } && value.Length <= max
        && IsLetterOrDigit(value[0]) && IsLetterOrDigit(value[^1])
        && value.All(c => IsLetterOrDigit(c) || c == '-');

    /// <summary>Says what <see cref="IsLabel"/> demands.</summary>
    public static string LabelRule(int max = MaxLabel) =>
        $"1 to {max} of a-z, 0-9 and '-', beginning and ending with a letter or digit";

    /// <summary>1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit.</summary>
    public static bool IsObjectName([NotNullWhen(true)] string? value) =>
        value is { Length: > 0 and <= MaxLabel } && IsLetterOrDigit(value[0])
        && value.All(c => IsLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>Says what <see cref="IsObjectName"/> demands.</summary>
    public const string ObjectNameRule = "1 to 63 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit";

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
