using System.Collections.Immutable;

namespace Warren.Images.Registry;

/// <summary>How one registry is reached.</summary>
internal sealed record RegistrySettings
{
    public static RegistrySettings Default { get; } = new();

    public RegistrySecurity Security { get; init; }

    /// <summary>A PEM file with authorities that are trusted besides the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Asked before the registry, in order.</summary>
    public ImmutableArray<RegistryMirror> Mirrors { get; init; } = [];
}
