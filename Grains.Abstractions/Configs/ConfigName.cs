using System.Diagnostics.CodeAnalysis;
using Warren.Validation;

namespace Warren.Configs;

/// <summary>The name of a config.</summary>
[GenerateSerializer, Alias("warren.config-name"), Immutable]
public readonly record struct ConfigName : IParsable<ConfigName>, IComparable<ConfigName>
{
    [Id(0)]
    private readonly string? _value;

    /// <summary>Takes a valid config name.</summary>
    /// <exception cref="ArgumentException">It breaks the rule; the message says which.</exception>
    public ConfigName(string value) =>
        _value = IsValid(value) ? value : throw new ArgumentException($"'{value}' is no config name: {Rule}", nameof(value));

    /// <summary>What a config name consists of.</summary>
    public static string Rule => NameRules.ObjectNameRule;

    /// <summary>The text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This config name was never set.");

    /// <summary>Takes a valid config name.</summary>
    /// <exception cref="FormatException">It breaks the rule; the message says which.</exception>
    public static ConfigName Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no config name: {Rule}");

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConfigName result)
    {
        var valid = IsValid(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out ConfigName result) => TryParse(s, null, out result);

    /// <summary>By the characters' numbers.</summary>
    public int CompareTo(ConfigName other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    private static bool IsValid([NotNullWhen(true)] string? value) => NameRules.IsObjectName(value);
}
