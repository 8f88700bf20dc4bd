using System.Buffers.Binary;
using System.Text;

namespace Orleans.Serialization;

/// <summary>
/// Reads tagged fields from one span. Everything it is given may come from a faulty or hostile process: each read checks its
/// bounds and throws <see cref="WireFormatException"/>.
/// </summary>
/// <param name="bytes">The input.</param>
/// <param name="references">Binds grain references that are read to the silo or client that reads them; null where none may occur.</param>
public ref struct WireReader(ReadOnlySpan<byte> bytes, IReferenceFactory? references = null)
{
    /// <summary>Groups inside groups at most: deeper input is refused before it can exhaust the stack.</summary>
    public const int MaxDepth = 100;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;
    private int _depth;

    /// <summary>The depth at which the input began: it may end there, but not inside a group of its own.</summary>
    private int _outerDepth;

    /// <exception cref="WireFormatException">A reference occurs where there is nothing to bind it to.</exception>
    public readonly IReferenceFactory References => references ?? throw new WireFormatException("a grain reference is not allowed here");

    public readonly int Remaining => _bytes.Length - _position;

    public readonly int Position => _position;

    /// <summary>Reads a tag; false at the end of a group or of the input.</summary>
    public bool TryReadTag(out uint id, out WireType type)
    {
        if (Remaining == 0)
        {
            if (_depth > _outerDepth) throw new WireFormatException("the input ends inside a group");
            (id, type) = (0, WireType.EndGroup);
            return false;
        }

        var tag = ReadVarint();
        type = (WireType)(tag & 7);
        if (tag >> 3 > uint.MaxValue) throw new WireFormatException("a field number is too large");
        id = (uint)(tag >> 3);
        return type != WireType.EndGroup;
    }

    /// <summary>To be called when a codec goes into a group; see <see cref="LeaveGroup"/>.</summary>
    public void EnterGroup()
    {
        if (++_depth > MaxDepth) throw new WireFormatException($"groups are nested deeper than {MaxDepth}");
    }

    public void LeaveGroup() => _depth--;

    public byte ReadByte()
    {
        Need(1);
        return _bytes[_position++];
    }

    public ulong ReadVarint()
    {
        if (_position < _bytes.Length && _bytes[_position] < 0x80) return _bytes[_position++];
        ulong value = 0;
        var shift = 0;
        while (true)
        {
            var next = ReadByte();
            if (shift == 63 && next > 1) throw new WireFormatException("a varint is longer than 64 bits");
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
            shift += 7;
        }
    }

    public long ReadSignedVarint()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public uint ReadFixed32()
    {
        Need(sizeof(uint));
        var value = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[_position..]);
        _position += sizeof(uint);
        return value;
    }

    public ulong ReadFixed64()
    {
        Need(sizeof(ulong));
        var value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_position..]);
        _position += sizeof(ulong);
        return value;
    }

    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        Need(count);
        var span = _bytes.Slice(_position, count);
        _position += count;
        return span;
    }

    /// <summary>A reader of the next <paramref name="count"/> bytes, which this one passes over.</summary>
    public WireReader Slice(int count) => new(ReadRaw(count), references) { _depth = _depth, _outerDepth = _depth };

    /// <summary>A varint length and the bytes, as a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadRaw(ReadLength());

    /// <summary>As <see cref="ReadBytes()"/>, for a value that always has <paramref name="expected"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(int expected)
    {
        var length = ReadLength();
        return length == expected ? ReadRaw(length) : throw new WireFormatException($"{length} bytes found, {expected} expected");
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>A varint that counts things still to come: never more than the bytes that are left, so that it is safe to allocate.</summary>
    public int ReadLength()
    {
        var length = ReadVarint();
        if (length > (ulong)Remaining) throw new WireFormatException($"a length of {length} exceeds the {Remaining} bytes that are left");
        return (int)length;
    }

    /// <summary>Passes over the value of a field that the reader does not know.</summary>
    public void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint: ReadVarint(); break;
            case WireType.Fixed64: ReadRaw(sizeof(ulong)); break;
            case WireType.Fixed32: ReadRaw(sizeof(uint)); break;
            case WireType.LengthPrefixed: ReadBytes(); break;
            case WireType.Null: break;
            case WireType.Group:
                EnterGroup();
                while (TryReadTag(out _, out var inner)) Skip(inner);
                LeaveGroup();
                break;
            case WireType.Typed:
                EnterGroup();
                ReadBytes();
                Skip((WireType)ReadByte());
                LeaveGroup();
                break;
            default: throw new WireFormatException($"wire type {(int)type} cannot start a value");
        }
    }

    private readonly void Need(int count)
    {
        if (count < 0 || Remaining < count) throw new WireFormatException($"{count} bytes expected, {Remaining} left");
    }
}
