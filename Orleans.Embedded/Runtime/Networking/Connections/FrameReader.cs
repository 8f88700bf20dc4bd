using System.Buffers;
using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>
/// Reads frames from a stream, many with each read. Its buffer grows with the bytes that have come, not with the length that a frame
/// claims, so that a claim alone costs no memory.
/// </summary>
internal sealed class FrameReader(Stream stream, int maxFrameSize, IFrameSink sink)
{
    private const int SmallBuffer = 4 << 10;
    private const int UsualBuffer = 64 << 10;
    private long _received;

    /// <summary>Bytes read so far.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Reads up to the end of the stream.</summary>
    /// <exception cref="WireFormatException">A frame cannot be read.</exception>
    /// <exception cref="IOException">The connection was lost, possibly within a frame.</exception>
    public async Task RunAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        var held = 0;
        try
        {
            while (true)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(held)).ConfigureAwait(false);
                if (count == 0)
                {
                    if (held > 0) throw new EndOfStreamException("The stream ended within a frame.");
                    return;
                }

                Volatile.Write(ref _received, _received + count);
                var full = held + count == buffer.Length;
                held = Process(buffer, held + count, out var needed);
                buffer = Resize(buffer, held, full, needed);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>Bytes of an unfinished frame, moved to the front of the buffer.</returns>
    private int Process(byte[] buffer, int count, out int needed)
    {
        ReadOnlySpan<byte> input = buffer.AsSpan(0, count);
        sink.OnBatchBegin();
        try
        {
            while (Frames.TryRead(ref input, maxFrameSize, out var kind, out var body, out needed)) sink.OnFrame(kind, body);
        }
        finally
        {
            sink.OnBatchEnd();
        }

        input.CopyTo(buffer);
        return input.Length;
    }

    private static byte[] Resize(byte[] buffer, int held, bool wasFull, int needed)
    {
        int wanted;
        if (held == buffer.Length) wanted = Math.Min(buffer.Length * 2, Math.Max(needed, UsualBuffer));
        else if (wasFull && buffer.Length < UsualBuffer) wanted = UsualBuffer;
        else if (buffer.Length > 2 * UsualBuffer && held < UsualBuffer && needed <= UsualBuffer) wanted = UsualBuffer;
        else return buffer;

        var other = ArrayPool<byte>.Shared.Rent(wanted);
        buffer.AsSpan(0, held).CopyTo(other);
        ArrayPool<byte>.Shared.Return(buffer);
        return other;
    }
}
