namespace Warren.Configs;

/// <summary>A config and its latest version.</summary>
[GenerateSerializer, Alias("warren.config-record"), Immutable]
public sealed record ConfigRecord
{
    /// <summary>What the user wrote last.</summary>
    [Id(0)]
    public required ConfigSpec Spec { get; init; }

    /// <summary>From 1, one more with every new content.</summary>
    [Id(1)]
    public required long Version { get; init; }

    /// <summary>When it was made.</summary>
    [Id(2)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the latest version was made.</summary>
    [Id(3)]
    public required DateTimeOffset UpdatedAt { get; init; }
}
