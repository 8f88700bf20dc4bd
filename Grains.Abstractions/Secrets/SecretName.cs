using System.Diagnostics.CodeAnalysis;
using Warren.Validation;

namespace Warren.Secrets;

/// <summary>The name of a secret.</summary>
[GenerateSerializer, Alias("warren.secret-name"), Immutable]
public readonly record struct SecretName : IParsable<SecretName>, IComparable<SecretName>
{
    [Id(0)]
    private readonly string? _value;

    /// <summary>Takes a valid secret name.</summary>
    /// <exception cref="ArgumentException">It breaks the rule; the message says which.</exception>
    public SecretName(string value) =>
        _value = IsValid(value) ? value : throw new ArgumentException($"'{value}' is no secret name: {Rule}", nameof(value));

    /// <summary>What a secret name consists of.</summary>
    public static string Rule => NameRules.ObjectNameRule;

    /// <summary>The text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This secret name was never set.");

    /// <summary>Takes a valid secret name.</summary>
    /// <exception cref="FormatException">It breaks the rule; the message says which.</exception>
    public static SecretName Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no secret name: {Rule}");

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SecretName result)
    {
        var valid = IsValid(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out SecretName result) => TryParse(s, null, out result);

    /// <summary>By the characters' numbers.</summary>
    public int CompareTo(SecretName other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    private static bool IsValid([NotNullWhen(true)] string? value) => NameRules.IsObjectName(value);
}
