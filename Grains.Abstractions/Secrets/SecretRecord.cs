using System.Collections.Immutable;

namespace Warren.Secrets;

/// <summary>A secret as the cluster shows it: all but its value.</summary>
[GenerateSerializer, Alias("warren.secret-record"), Immutable]
public sealed record SecretRecord
{
    /// <summary>The name.</summary>
    [Id(0)]
    public required SecretName Name { get; init; }

    /// <summary>Labels.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>From 1, one more with every new value.</summary>
    [Id(2)]
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    [Id(3)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the latest version was made.</summary>
    [Id(4)]
    public required DateTimeOffset UpdatedAt { get; init; }
}
