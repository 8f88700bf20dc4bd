using System.Collections.Immutable;
using Warren.Events;

namespace Warren.Grains.Objects;

/// <summary>A secret or config as it is stored.</summary>
internal sealed record ObjectRecord
{
    /// <summary>From 1, one more with each new content; 0: there is none of the name.</summary>
    public long Version { get; init; }

    /// <summary>Labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The content; of a secret, encrypted.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Whether the content is a template, which that of a secret never is.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the latest version was made.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether services have yet to hear of the latest version.</summary>
    public bool IsUntold { get; init; }

    /// <summary>Whether it goes when its last user has: nobody new can use it.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>Events that the log has yet to take.</summary>
    public ImmutableArray<ClusterEvent> Unsent { get; init; } = [];

    /// <summary>Whether there is one.</summary>
    public bool Exists() => Version > 0;
}
