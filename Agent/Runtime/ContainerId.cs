using System.Diagnostics.CodeAnalysis;

namespace Warren.Agent.Runtime;

/// <summary>
/// The name of a container on its node: 1 to 63 of <c>a-z 0-9 - .</c>, beginning and ending with a letter or digit. It names everything
/// that belongs to the container (network namespace, snapshot, folders), so that all of it is found again after a crash.
/// </summary>
public readonly record struct ContainerId
{
    private const int MaxLength = 63;

    private readonly string? _value;

    /// <summary>Takes a valid name.</summary>
    /// <exception cref="ArgumentException">It breaks the rule; the message says which.</exception>
    public ContainerId(string value)
    {
        if (!IsValid(value))
        {
            throw new ArgumentException(
                $"'{value}' is no container id: 1 to {MaxLength} of a-z, 0-9, '-' and '.', beginning and ending with a letter or digit", nameof(value));
        }
        _value = value;
    }

    /// <summary>The name.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This container id was never set.");

    /// <summary>Takes a name that may be none of ours.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, out ContainerId id)
    {
        var valid = IsValid(value);
        id = valid ? new(value!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";

    private static bool IsValid([NotNullWhen(true)] string? value) =>
        value is { Length: > 0 and <= MaxLength }
        && char.IsAsciiLetterOrDigit(value[0]) && char.IsAsciiLetterOrDigit(value[^1])
        && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
}
