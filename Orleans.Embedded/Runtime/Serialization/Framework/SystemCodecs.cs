using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orleans.Serialization;

/// <summary>Text in UTF-8; half of a surrogate pair becomes the replacement character.</summary>
internal sealed class StringCodec() : ValueCodec<string>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, string value) => writer.WriteString(value);

    public override string ReadValue(ref WireReader reader) => reader.ReadString();
}

internal sealed class GuidCodec() : ValueCodec<Guid>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        writer.WriteBytes(bytes);
    }

    public override Guid ReadValue(ref WireReader reader) => new(reader.ReadBytes(16));
}

/// <summary>Ticks, with the kind in the two highest bits.</summary>
internal sealed class DateTimeCodec() : ValueCodec<DateTime>(WireType.Fixed64)
{
    private const int KindShift = 62;

    public override void WriteValue(WireWriter writer, DateTime value) =>
        writer.WriteFixed64((ulong)value.Ticks | (ulong)value.Kind << KindShift);

    public override DateTime ReadValue(ref WireReader reader)
    {
        var bits = reader.ReadFixed64();
        var ticks = (long)(bits & ((1UL << KindShift) - 1));
        var kind = (DateTimeKind)(bits >> KindShift);
        if (ticks > DateTime.MaxValue.Ticks || kind > DateTimeKind.Local) throw Invalid(bits);
        return new DateTime(ticks, kind);
    }
}

/// <summary>Local ticks and the offset in minutes.</summary>
internal sealed class DateTimeOffsetCodec() : ValueCodec<DateTimeOffset>(WireType.LengthPrefixed)
{
    private const int MaxOffsetMinutes = 14 * 60;

    public override void WriteValue(WireWriter writer, DateTimeOffset value)
    {
        Span<byte> bytes = stackalloc byte[10];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value.Ticks);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[8..], (short)value.TotalOffsetMinutes);
        writer.WriteBytes(bytes);
    }

    public override DateTimeOffset ReadValue(ref WireReader reader)
    {
        var bytes = reader.ReadBytes(10);
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var minutes = BinaryPrimitives.ReadInt16LittleEndian(bytes[8..]);
        if (minutes is < -MaxOffsetMinutes or > MaxOffsetMinutes) throw Invalid(minutes);
        var utcTicks = unchecked(ticks - minutes * TimeSpan.TicksPerMinute);
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks || utcTicks < 0 || utcTicks > DateTime.MaxValue.Ticks) throw Invalid(ticks);
        return new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes));
    }
}

internal sealed class DateOnlyCodec() : ValueCodec<DateOnly>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, DateOnly value) => writer.WriteVarint((ulong)value.DayNumber);

    public override DateOnly ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var day && day <= (ulong)DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)day) : throw Invalid(day);
}

internal sealed class TimeOnlyCodec() : ValueCodec<TimeOnly>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, TimeOnly value) => writer.WriteVarint((ulong)value.Ticks);

    public override TimeOnly ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var ticks && ticks <= (ulong)TimeOnly.MaxValue.Ticks ? new TimeOnly((long)ticks) : throw Invalid(ticks);
}

internal sealed class TimeSpanCodec() : ValueCodec<TimeSpan>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, TimeSpan value) => writer.WriteSignedVarint(value.Ticks);

    public override TimeSpan ReadValue(ref WireReader reader) => new(reader.ReadSignedVarint());
}

internal sealed class UriCodec() : ValueCodec<Uri>(WireType.LengthPrefixed)
{
    public override bool AcceptsDerived => true;

    public override void WriteValue(WireWriter writer, Uri value) => writer.WriteString(value.OriginalString);

    public override Uri ReadValue(ref WireReader reader) =>
        reader.ReadString() is var text && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : throw Invalid(text);
}

internal sealed class VersionCodec() : ValueCodec<Version>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, Version value) => writer.WriteString(value.ToString());

    public override Version ReadValue(ref WireReader reader) =>
        reader.ReadString() is var text && Version.TryParse(text, out var version) ? version : throw Invalid(text);
}

/// <summary>The 4 or 16 bytes of the address, and for link-local IPv6 the scope.</summary>
internal sealed class IPAddressCodec() : ValueCodec<IPAddress>(WireType.LengthPrefixed)
{
    private const int IPv4Length = 4;
    private const int IPv6Length = 16;
    private const int ScopeLength = 4;

    public override bool AcceptsDerived => true;

    public override void WriteValue(WireWriter writer, IPAddress value)
    {
        Span<byte> bytes = stackalloc byte[IPv6Length + ScopeLength];
        writer.WriteBytes(bytes[..Format(value, bytes)]);
    }

    public override IPAddress ReadValue(ref WireReader reader) => Parse(reader.ReadBytes());

    internal static int Format(IPAddress value, Span<byte> bytes)
    {
        value.TryWriteBytes(bytes, out var length);
        if (value.AddressFamily != AddressFamily.InterNetworkV6 || value.ScopeId == 0) return length;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[length..], (uint)value.ScopeId);
        return length + ScopeLength;
    }

    internal static IPAddress Parse(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        IPv4Length or IPv6Length => new IPAddress(bytes),
        IPv6Length + ScopeLength => new IPAddress(bytes[..IPv6Length], BinaryPrimitives.ReadUInt32LittleEndian(bytes[IPv6Length..])),
        _ => throw new WireFormatException($"{bytes.Length} bytes are no IP address"),
    };
}

/// <summary>The port in two bytes, and the address.</summary>
internal sealed class IPEndPointCodec() : ValueCodec<IPEndPoint>(WireType.LengthPrefixed)
{
    private const int PortLength = 2;
    private const int MaxAddressLength = 20;

    // An end point can be changed, so it is copied.
    public override bool IsImmutable => false;

    public override bool AcceptsDerived => true;

    public override void WriteValue(WireWriter writer, IPEndPoint value)
    {
        Span<byte> bytes = stackalloc byte[PortLength + MaxAddressLength];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value.Port);
        writer.WriteBytes(bytes[..(PortLength + IPAddressCodec.Format(value.Address, bytes[PortLength..]))]);
    }

    public override IPEndPoint ReadValue(ref WireReader reader)
    {
        var bytes = reader.ReadBytes();
        if (bytes.Length < PortLength) throw new WireFormatException("an end point is too short");
        return new IPEndPoint(IPAddressCodec.Parse(bytes[PortLength..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes));
    }

    public override IPEndPoint Copy(IPEndPoint value) => new(value.Address, value.Port);
}

internal sealed class ByteArrayCodec : Codec<byte[]>
{
    public override WireType WireType => WireType.LengthPrefixed;

    public override void WriteValue(WireWriter writer, byte[] value) => writer.WriteBytes(value);

    public override byte[] ReadValue(ref WireReader reader) => reader.ReadBytes().ToArray();

    public override byte[] Copy(byte[] value) => value.AsSpan().ToArray();
}

internal sealed class MemoryCodec : Codec<Memory<byte>>
{
    public override WireType WireType => WireType.LengthPrefixed;

    public override void WriteValue(WireWriter writer, Memory<byte> value) => writer.WriteBytes(value.Span);

    public override Memory<byte> ReadValue(ref WireReader reader) => reader.ReadBytes().ToArray();

    public override Memory<byte> Copy(Memory<byte> value) => value.ToArray();
}

internal sealed class ReadOnlyMemoryCodec : Codec<ReadOnlyMemory<byte>>
{
    public override WireType WireType => WireType.LengthPrefixed;

    public override void WriteValue(WireWriter writer, ReadOnlyMemory<byte> value) => writer.WriteBytes(value.Span);

    public override ReadOnlyMemory<byte> ReadValue(ref WireReader reader) => reader.ReadBytes().ToArray();

    public override ReadOnlyMemory<byte> Copy(ReadOnlyMemory<byte> value) => value.ToArray();
}

internal sealed class NullableCodec<T> : Codec<T?>
    where T : struct
{
    private readonly Codec<T> _inner = Codecs.Of<T>($"{typeof(T)}?");

    public override WireType WireType => _inner.WireType;

    public override bool IsImmutable => _inner.IsImmutable;

    public override void WriteValue(WireWriter writer, T? value) => _inner.WriteValue(writer, value.GetValueOrDefault());

    public override T? ReadValue(ref WireReader reader) => _inner.ReadValue(ref reader);

    public override T? Copy(T? value) => _inner.Copy(value.GetValueOrDefault());
}
