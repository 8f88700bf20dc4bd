using System.Globalization;
using Orleans.Storage;

namespace Warren.Grains.Events;

/// <summary>
/// The chunks of the log in the store, each a state of its own, so that an append writes the last one and not the log. The rows are a ring: a chunk takes
/// the row of one that was dropped, so that none has to be removed.
/// </summary>
internal sealed class EventChunkRows(IGrainStorage storage, GrainId log, int count)
{
    private readonly GrainState<EventChunkState>[] _rows = [.. Enumerable.Range(0, count).Select(_ => new GrainState<EventChunkState>(new()))];

    /// <summary>How many rows a log needs.</summary>
    public static int CountFor(int capacity) => (capacity / EventChunk.Size) + 2;

    /// <summary>All chunks, in no order.</summary>
    public async Task<IEnumerable<EventChunk>> ReadAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_rows.Select((row, i) => storage.ReadStateAsync(NameOf(i), log, row, cancellationToken)));
        return _rows.Select(row => row.State?.Chunk).OfType<EventChunk>();
    }

    /// <summary>Stores a chunk.</summary>
    public async Task WriteAsync(EventChunk chunk)
    {
        var i = (int)(chunk.Number % _rows.Length);
        var (row, before) = (_rows[i], _rows[i].State);
        row.State = new() { Chunk = chunk };
        try
        {
            await storage.WriteStateAsync(NameOf(i), log, row);
        }
        catch
        {
            row.State = before;
            throw;
        }
    }

    private static string NameOf(int row) => string.Create(CultureInfo.InvariantCulture, $"chunk-{row}");
}
