using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Warren.Agent.Network.Netlink;

/// <summary>
/// Requests to the kernel, sent together. A message is a header of 16 bytes, a fixed part and attributes (16-bit length and type, then
/// the value), each padded to four bytes; numbers are in the machine's order unless an attribute says otherwise.
/// </summary>
internal sealed class NetlinkBatch
{
    public const int HeaderLength = 16;

    public const ushort Request = 1, Ack = 4, Dump = 0x300, Replace = 0x100, Exclusive = 0x200, Create = 0x400, Append = 0x800;

    private const int AttributeHeader = 4;
    private const ushort Nested = 0x8000;

    private readonly List<BatchedRequest> _requests = [];
    private byte[] _buffer = new byte[1024];
    private int _length;

    public IReadOnlyList<BatchedRequest> Requests => _requests;

    public Span<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Begins a message; it ends where the next one begins.</summary>
    /// <param name="type">The message's type.</param>
    /// <param name="flags">Beyond those of every request.</param>
    /// <param name="what">What it does, as the object of "could not", for errors.</param>
    /// <param name="tolerated">Errors that mean that nothing is left to do.</param>
    public NetlinkBatch Begin(ushort type, ushort flags, string what, params ReadOnlySpan<int> tolerated) =>
        Begin(type, (ushort)(flags | Ack), what, isAnswered: true, tolerated);

    /// <summary>Begins a message that the kernel answers only if it fails, such as the marks round a transaction.</summary>
    public NetlinkBatch BeginSilent(ushort type, string what) => Begin(type, 0, what, isAnswered: false, []);

    /// <summary>Writes the fixed part, or a piece of it.</summary>
    public NetlinkBatch Fixed(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Grow(bytes.Length));
        return Close();
    }

    public NetlinkBatch Fixed(int value)
    {
        MemoryMarshal.Write(Grow(sizeof(int)), value);
        return Close();
    }

    public NetlinkBatch Fixed(ushort value)
    {
        MemoryMarshal.Write(Grow(sizeof(ushort)), value);
        return Close();
    }

    public NetlinkBatch Attribute(ushort type, params ReadOnlySpan<byte> value)
    {
        var start = _length;
        Grow(AttributeHeader);
        value.CopyTo(Grow(value.Length));
        return EndAttribute(start, type);
    }

    public NetlinkBatch Attribute(ushort type, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>A number in network order, as the filter's parts of the kernel want them.</summary>
    public NetlinkBatch AttributeBigEndian(ushort type, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return Attribute(type, bytes);
    }

    /// <summary>A text with the zero byte that ends it.</summary>
    public NetlinkBatch Attribute(ushort type, string value) => Attribute(type, (ReadOnlySpan<byte>)[.. Encoding.UTF8.GetBytes(value), 0]);

    public NetlinkBatch Attribute(ushort type, IPAddress value) => Attribute(type, (ReadOnlySpan<byte>)value.GetAddressBytes());

    /// <summary>An attribute that is made of what the function writes.</summary>
    public NetlinkBatch Nest(ushort type, Action<NetlinkBatch> write)
    {
        var start = _length;
        Grow(AttributeHeader);
        write(this);
        return EndAttribute(start, (ushort)(type | Nested));
    }

    private NetlinkBatch Begin(ushort type, ushort flags, string what, bool isAnswered, ReadOnlySpan<int> tolerated)
    {
        _requests.Add(new(_length, what, isAnswered, tolerated.ToArray()));
        var header = Grow(HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], (ushort)(flags | Request));
        return Close();
    }

    private NetlinkBatch EndAttribute(int start, ushort type)
    {
        var length = _length - start;
        if (length > ushort.MaxValue) throw new InvalidOperationException($"a netlink attribute of {length} bytes does not fit its length field");
        MemoryMarshal.Write(_buffer.AsSpan(start), (ushort)length);
        MemoryMarshal.Write(_buffer.AsSpan(start + 2), type);
        Grow(Padding(length));
        return Close();
    }

    private NetlinkBatch Close()
    {
        var start = _requests[^1].Offset;
        MemoryMarshal.Write(_buffer.AsSpan(start), _length - start);
        return this;
    }

    private Span<byte> Grow(int count)
    {
        if (_length + count > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        var start = _length;
        _length += count;
        return _buffer.AsSpan(start, count);
    }

    private static int Padding(int length) => -length & 3;
}
