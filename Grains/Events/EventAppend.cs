using System.Collections.Immutable;

namespace Warren.Grains.Events;

/// <summary>A log after events were added.</summary>
/// <param name="Buffer">The log, the same object if nothing was new.</param>
/// <param name="Changed">The chunks to be stored, before the others are removed.</param>
/// <param name="Dropped">The numbers of the chunks to be removed from the store.</param>
internal sealed record EventAppend(EventBuffer Buffer, ImmutableArray<EventChunk> Changed, ImmutableArray<long> Dropped);
