using System.Collections.Immutable;

namespace Warren.Secrets;

/// <summary>A secret as the user wrote it. Its text form shows no value.</summary>
[GenerateSerializer, Alias("warren.secret-spec"), Immutable]
public sealed record SecretSpec
{
    /// <summary>The most bytes of a value.</summary>
    public const int MaxSize = 1024 * 1024;

    /// <summary>The name, for good.</summary>
    [Id(0)]
    public required SecretName Name { get; init; }

    /// <summary>Labels. Default: none.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>1 to <see cref="MaxSize"/> bytes.</summary>
    [Id(2)]
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(SecretSpec)} {{ Name = {Name}, Value = *** }}";
}
