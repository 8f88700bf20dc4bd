using System.Collections.Immutable;
using Warren.Access;

namespace Warren.Grains.Access;

/// <summary>A stretch of the audit log that is stored as one.</summary>
internal sealed record AuditChunk
{
    /// <summary>The most entries of one: few, for the last one is written for every few calls.</summary>
    public const int Size = 32;

    /// <summary>Grows by one from chunk to chunk; 0: the row has none yet.</summary>
    public long Number { get; init; }

    /// <summary>The entries, in the order of their cursors.</summary>
    public ImmutableArray<AuditEntry> Entries { get; init; } = [];
}
