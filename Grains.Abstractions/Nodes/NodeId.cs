using System.Diagnostics.CodeAnalysis;

namespace Warren.Nodes;

/// <summary>The identity of a node, kept for its life: 1 to 12 of a-z and 0-9, beginning with a letter. Its name may change, this does not.</summary>
[GenerateSerializer, Alias("warren.node-id"), Immutable]
public readonly record struct NodeId : IParsable<NodeId>, IComparable<NodeId>
{
    /// <summary>The longest: short enough that every task id is a valid name for a container.</summary>
    public const int MaxLength = 12;

    [Id(0)]
    private readonly string? _value;

    /// <summary>Takes a valid node id.</summary>
    /// <exception cref="ArgumentException">It breaks the rule; the message says which.</exception>
    public NodeId(string value) =>
        _value = IsValid(value) ? value : throw new ArgumentException($"'{value}' is no node id: {Rule}", nameof(value));

    /// <summary>What a node id consists of.</summary>
    public static string Rule => $"1 to {MaxLength} of a-z and 0-9, beginning with a letter";

    /// <summary>The text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This node id was never set.");

    /// <summary>Takes a valid node id.</summary>
    /// <exception cref="FormatException">It breaks the rule; the message says which.</exception>
    public static NodeId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no node id: {Rule}");

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NodeId result)
    {
        var valid = IsValid(s);
        result = valid ? new(s!) : default;
        return valid;
    }

    /// <summary>Takes a text that may be none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out NodeId result) => TryParse(s, null, out result);

    /// <summary>By the characters' numbers.</summary>
    public int CompareTo(NodeId other) => string.CompareOrdinal(_value, other._value);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    private static bool IsValid([NotNullWhen(true)] string? value) => value is { Length: > 0 and <= MaxLength }
        && char.IsAsciiLetterLower(value[0]) && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
