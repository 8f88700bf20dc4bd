using System.Collections.Immutable;
using Warren.Events;
using Warren.Volumes;

namespace Warren.Grains.Volumes;

/// <summary>What a volume's grain stores.</summary>
internal sealed record VolumeState
{
    /// <summary>The volume. Null: there is none of the name.</summary>
    public VolumeRecord? Volume { get; init; }

    /// <summary>Whether it goes when its last user has: nobody new can use it.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>Events that the log may not have.</summary>
    public ImmutableArray<ClusterEvent> Unsent { get; init; } = [];
}
