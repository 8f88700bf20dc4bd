using System.Collections.Immutable;
using Warren.Events;

namespace Warren.Grains.Events;

/// <summary>A stretch of the log that is stored as one: only the last one ever changes.</summary>
internal sealed record EventChunk
{
    /// <summary>The most events of a chunk.</summary>
    public const int Size = 256;

    /// <summary>Grows by one from chunk to chunk.</summary>
    public required long Number { get; init; }

    /// <summary>The events, in the order of their cursors, without a gap.</summary>
    public required ImmutableArray<ClusterEvent> Events { get; init; }
}
