using System.Buffers.Binary;
using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>
/// The layout of a frame: four bytes with the length of what follows (little endian), one byte with the kind, the body.
/// </summary>
internal static class Frames
{
    public const int LengthSize = sizeof(uint);

    /// <summary>Bytes before the body.</summary>
    public const int HeaderSize = LengthSize + 1;

    /// <summary>Starts a frame; <see cref="End"/> fills in its length.</summary>
    /// <returns>To be given to <see cref="End"/>.</returns>
    public static int Begin(WireWriter writer, FrameKind kind)
    {
        var at = writer.ReserveFixed32();
        writer.WriteByte((byte)kind);
        return at;
    }

    public static void End(WireWriter writer, int begin) =>
        writer.PatchFixed32(begin, (uint)(writer.Length - begin - LengthSize));

    /// <summary>Takes the first frame off <paramref name="input"/>.</summary>
    /// <param name="input">What has been received; afterwards what follows the frame.</param>
    /// <param name="maxSize">Bytes that kind and body may have together.</param>
    /// <param name="kind">The frame's kind.</param>
    /// <param name="body">The frame's body, a view of the input.</param>
    /// <param name="needed">When the result is false: the bytes that the input must have before it is worth asking again.</param>
    /// <exception cref="WireFormatException">The length is zero or above the limit. Nothing after it can be read.</exception>
    public static bool TryRead(
        ref ReadOnlySpan<byte> input, int maxSize, out FrameKind kind, out ReadOnlySpan<byte> body, out int needed)
    {
        kind = default;
        body = default;
        needed = HeaderSize;
        if (input.Length < LengthSize) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(input);
        if (length == 0) throw new WireFormatException("a frame of no bytes");
        if (length > (uint)maxSize) throw new WireFormatException($"a frame of {length} bytes, where {maxSize} are allowed");
        needed = LengthSize + (int)length;
        if (input.Length < needed) return false;
        kind = (FrameKind)input[LengthSize];
        body = input[HeaderSize..needed];
        input = input[needed..];
        return true;
    }
}
