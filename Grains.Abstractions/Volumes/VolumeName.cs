using System.Diagnostics.CodeAnalysis;
using Warren.Validation;

namespace Warren.Volumes;

/// <summary>The name of a volume.</summary>
[GenerateSerializer, Alias("warren.volume-name"), Immutable]
public readonly record struct VolumeName : IParsable<VolumeName>, IComparable<VolumeName>
{
    [Id(0)]
    private readonly string? _value;

    /// <summary>Takes a valid volume name.</summary>
    /// <exception cref="ArgumentException">It breaks the rule; the message says which.</exception>
    public VolumeName(string value) =>
        _value = IsValid(value) ? value : throw new ArgumentException($"'{value}' is no volume name: {Rule}", nameof(value));

    /// <summary>What a volume name consists of.</summary>
    public static string Rule => NameRules.ObjectNameRule;

    /// <summary>The text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This volume name was never set.");

    /// <summary>Takes a valid volume name.</summary>
    /// <exception cref="FormatException">It breaks the rule; the message says which.</exception>
    public static VolumeName Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no volume name: {Rule}");

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out VolumeName result)
    {
        var valid = IsValid(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out VolumeName result) => TryParse(s, null, out result);

    /// <summary>By the characters' numbers.</summary>
    public int CompareTo(VolumeName other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    private static bool IsValid([NotNullWhen(true)] string? value) => NameRules.IsObjectName(value);
}
