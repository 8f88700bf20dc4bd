using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orleans.Serialization;

/// <summary>
/// Writes tagged fields into one growing buffer from the shared array pool. Not thread-safe; <see cref="Dispose"/> gives the
/// buffer back.
/// </summary>
public sealed class WireWriter : IBufferWriter<byte>, IDisposable
{
    private const int MaxVarint64 = 10;
    private byte[] _buffer;
    private int _length;
    private int _depth;

    public WireWriter(int initialCapacity = 256) => _buffer = ArrayPool<byte>.Shared.Rent(initialCapacity);

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>Groups that were entered and not left.</summary>
    internal int Depth => _depth;

    /// <summary>
    /// Forgets what was written after <paramref name="length"/>, which is outside all groups; the buffer is kept for use again.
    /// </summary>
    public void Truncate(int length = 0) => Truncate(length, depth: 0);

    internal void Truncate(int length, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length);
        _length = length;
        _depth = depth;
    }

    /// <summary>Called when a codec starts a group. Values that contain themselves end here instead of in a stack overflow.</summary>
    /// <exception cref="InvalidOperationException">Groups are nested deeper than a reader accepts.</exception>
    public void EnterGroup()
    {
        if (++_depth > WireReader.MaxDepth) throw TooDeep();
    }

    public void WriteTag(uint id, WireType type) => WriteVarint((ulong)id << 3 | (byte)type);

    /// <summary>Goes out of a level that has no end tag.</summary>
    internal void LeaveGroup() => _depth--;

    /// <summary>Ends the group that <see cref="EnterGroup"/> began.</summary>
    public void WriteEndGroup()
    {
        if (_depth > 0) _depth--;
        WriteByte((byte)WireType.EndGroup);
    }

    public void WriteByte(byte value)
    {
        if (_length == _buffer.Length) Grow(1);
        _buffer[_length++] = value;
    }

    public void WriteVarint(ulong value)
    {
        if (value < 0x80)
        {
            WriteByte((byte)value);
            return;
        }

        if (_buffer.Length - _length < MaxVarint64) Grow(MaxVarint64);
        var buffer = _buffer;
        var at = _length;
        while (value >= 0x80)
        {
            buffer[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[at++] = (byte)value;
        _length = at;
    }

    /// <summary>A signed number as a varint that is short for small negative numbers too (zig-zag).</summary>
    public void WriteSignedVarint(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    public void WriteFixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(GetSpan(sizeof(uint)), value);
        _length += sizeof(uint);
    }

    public void WriteFixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(GetSpan(sizeof(ulong)), value);
        _length += sizeof(ulong);
    }

    /// <summary>Bytes without a length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>A varint length and the bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteVarint((ulong)bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>A varint length and the text in UTF-8.</summary>
    public void WriteString(string value)
    {
        if (value.Length <= 42)
        {
            // At most 126 bytes of UTF-8: the length fits one byte and is filled in afterwards.
            var span = GetSpan(1 + value.Length * 3);
            var written = Encoding.UTF8.GetBytes(value, span[1..]);
            span[0] = (byte)written;
            _length += written + 1;
            return;
        }

        var count = Encoding.UTF8.GetByteCount(value);
        WriteVarint((ulong)count);
        Encoding.UTF8.GetBytes(value, GetSpan(count));
        _length += count;
    }

    /// <summary>Room for a number that becomes known later; see <see cref="PatchFixed32"/>.</summary>
    public int ReserveFixed32()
    {
        var at = _length;
        WriteFixed32(0);
        return at;
    }

    public void PatchFixed32(int position, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(position, sizeof(uint)), value);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _length));
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsMemory(_length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    internal static InvalidOperationException TooDeep() => new(
        $"The value is nested deeper than {WireReader.MaxDepth} levels, or contains itself. Objects that refer back to one another cannot travel.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureRoom(int count)
    {
        if (_buffer.Length - _length < Math.Max(count, 1)) Grow(Math.Max(count, 1));
    }

    private void Grow(int count)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(bigger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
    }
}
