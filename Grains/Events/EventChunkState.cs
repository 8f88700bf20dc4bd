namespace Warren.Grains.Events;

/// <summary>One of the log's rows: the chunk that is in it, none before the first.</summary>
internal sealed record EventChunkState
{
    /// <summary>The chunk.</summary>
    public EventChunk? Chunk { get; init; }
}
