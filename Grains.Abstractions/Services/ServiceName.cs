using System.Diagnostics.CodeAnalysis;
using Warren.Validation;

namespace Warren.Services;

/// <summary>The name of a service: a DNS label of at most 40 characters. It is the key of its grain and of its DNS records.</summary>
[GenerateSerializer, Alias("warren.service-name"), Immutable]
public readonly record struct ServiceName : IParsable<ServiceName>, IComparable<ServiceName>
{
    /// <summary>The longest: short enough that every task id is a valid name for a container.</summary>
    public const int MaxLength = 40;

    [Id(0)]
    private readonly string? _value;

    /// <summary>Takes a valid service name.</summary>
    /// <exception cref="ArgumentException">It breaks the rule; the message says which.</exception>
    public ServiceName(string value) =>
        _value = IsValid(value) ? value : throw new ArgumentException($"'{value}' is no service name: {Rule}", nameof(value));

    /// <summary>What a service name consists of.</summary>
    public static string Rule => NameRules.LabelRule(MaxLength);

    /// <summary>The text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This service name was never set.");

    /// <summary>Takes a valid service name.</summary>
    /// <exception cref="FormatException">It breaks the rule; the message says which.</exception>
    public static ServiceName Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no service name: {Rule}");

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ServiceName result)
    {
        var valid = IsValid(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out ServiceName result) => TryParse(s, null, out result);

    /// <summary>By the characters' numbers.</summary>
    public int CompareTo(ServiceName other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    private static bool IsValid([NotNullWhen(true)] string? value) => NameRules.IsLabel(value, MaxLength);
}
