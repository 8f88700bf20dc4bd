using System.Runtime.InteropServices;
using System.Text;

namespace Warren.Agent.Network.Netlink;

/// <summary>Reads the attributes of a message or of an attribute. What is cut short ends the enumeration.</summary>
internal readonly ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const int HeaderLength = 4;
    private const ushort TypeMask = 0x3fff;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>The value of the first attribute of a type; empty if there is none.</summary>
    public ReadOnlySpan<byte> Find(ushort type)
    {
        foreach (var attribute in this)
        {
            if (attribute.Type == type) return attribute.Value;
        }

        return default;
    }

    public int? FindInt32(ushort type) => Find(type) is { Length: >= sizeof(int) } value ? MemoryMarshal.Read<int>(value) : null;

    public string? FindString(ushort type) => Find(type) is { Length: > 0 } value ? Encoding.UTF8.GetString(value.TrimEnd((byte)0)) : null;

    public NetlinkAttributes FindNested(ushort type) => new(Find(type));

    internal readonly ref struct Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        public ushort Type { get; } = type;

        public ReadOnlySpan<byte> Value { get; } = value;
    }

    internal ref struct Enumerator(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public Attribute Current { get; private set; }

        public bool MoveNext()
        {
            if (_rest.Length < HeaderLength) return false;
            var length = MemoryMarshal.Read<ushort>(_rest);
            if (length < HeaderLength || length > _rest.Length) return false;
            Current = new((ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask), _rest[HeaderLength..length]);
            _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
            return true;
        }
    }
}
