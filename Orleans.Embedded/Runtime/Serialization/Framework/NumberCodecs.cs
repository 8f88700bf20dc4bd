using System.Buffers.Binary;
using System.Numerics;

namespace Orleans.Serialization;

/// <summary>The base of the codecs of values that never change.</summary>
internal abstract class ValueCodec<T>(WireType wireType) : Codec<T>
{
    public override WireType WireType { get; } = wireType;

    public override bool IsImmutable => true;

    protected static WireFormatException Invalid(object value) => new($"{value} is no value of {typeof(T)}");
}

internal sealed class BooleanCodec() : ValueCodec<bool>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, bool value) => writer.WriteByte(value ? (byte)1 : (byte)0);

    public override bool ReadValue(ref WireReader reader) =>
        reader.ReadVarint() switch { 0 => false, 1 => true, var other => throw Invalid(other) };
}

internal sealed class ByteCodec() : ValueCodec<byte>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, byte value) => writer.WriteVarint(value);

    public override byte ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var value && value <= byte.MaxValue ? (byte)value : throw Invalid(value);
}

internal sealed class SByteCodec() : ValueCodec<sbyte>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, sbyte value) => writer.WriteSignedVarint(value);

    public override sbyte ReadValue(ref WireReader reader) =>
        reader.ReadSignedVarint() is var value && value is >= sbyte.MinValue and <= sbyte.MaxValue ? (sbyte)value : throw Invalid(value);
}

internal sealed class Int16Codec() : ValueCodec<short>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, short value) => writer.WriteSignedVarint(value);

    public override short ReadValue(ref WireReader reader) =>
        reader.ReadSignedVarint() is var value && value is >= short.MinValue and <= short.MaxValue ? (short)value : throw Invalid(value);
}

internal sealed class UInt16Codec() : ValueCodec<ushort>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, ushort value) => writer.WriteVarint(value);

    public override ushort ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var value && value <= ushort.MaxValue ? (ushort)value : throw Invalid(value);
}

internal sealed class CharCodec() : ValueCodec<char>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, char value) => writer.WriteVarint(value);

    public override char ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var value && value <= char.MaxValue ? (char)value : throw Invalid(value);
}

internal sealed class Int32Codec() : ValueCodec<int>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, int value) => writer.WriteSignedVarint(value);

    public override int ReadValue(ref WireReader reader) =>
        reader.ReadSignedVarint() is var value && value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Invalid(value);
}

internal sealed class UInt32Codec() : ValueCodec<uint>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, uint value) => writer.WriteVarint(value);

    public override uint ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var value && value <= uint.MaxValue ? (uint)value : throw Invalid(value);
}

internal sealed class Int64Codec() : ValueCodec<long>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, long value) => writer.WriteSignedVarint(value);

    public override long ReadValue(ref WireReader reader) => reader.ReadSignedVarint();
}

internal sealed class UInt64Codec() : ValueCodec<ulong>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, ulong value) => writer.WriteVarint(value);

    public override ulong ReadValue(ref WireReader reader) => reader.ReadVarint();
}

internal sealed class Int128Codec() : ValueCodec<Int128>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, Int128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128LittleEndian(bytes, value);
        writer.WriteBytes(bytes);
    }

    public override Int128 ReadValue(ref WireReader reader) => BinaryPrimitives.ReadInt128LittleEndian(reader.ReadBytes(16));
}

internal sealed class UInt128Codec() : ValueCodec<UInt128>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        writer.WriteBytes(bytes);
    }

    public override UInt128 ReadValue(ref WireReader reader) => BinaryPrimitives.ReadUInt128LittleEndian(reader.ReadBytes(16));
}

internal sealed class BigIntegerCodec() : ValueCodec<BigInteger>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, BigInteger value) => writer.WriteBytes(value.ToByteArray());

    public override BigInteger ReadValue(ref WireReader reader) => new(reader.ReadBytes());
}

internal sealed class HalfCodec() : ValueCodec<Half>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, Half value) => writer.WriteVarint(BitConverter.HalfToUInt16Bits(value));

    public override Half ReadValue(ref WireReader reader) =>
        reader.ReadVarint() is var bits && bits <= ushort.MaxValue ? BitConverter.UInt16BitsToHalf((ushort)bits) : throw Invalid(bits);
}

internal sealed class SingleCodec() : ValueCodec<float>(WireType.Fixed32)
{
    public override void WriteValue(WireWriter writer, float value) => writer.WriteFixed32(BitConverter.SingleToUInt32Bits(value));

    public override float ReadValue(ref WireReader reader) => BitConverter.UInt32BitsToSingle(reader.ReadFixed32());
}

internal sealed class DoubleCodec() : ValueCodec<double>(WireType.Fixed64)
{
    public override void WriteValue(WireWriter writer, double value) => writer.WriteFixed64(BitConverter.DoubleToUInt64Bits(value));

    public override double ReadValue(ref WireReader reader) => BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
}

internal sealed class DecimalCodec() : ValueCodec<decimal>(WireType.LengthPrefixed)
{
    private const int SignAndScale = 3;

    public override void WriteValue(WireWriter writer, decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < parts.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(bytes[(i * 4)..], parts[i]);
        writer.WriteBytes(bytes);
    }

    public override decimal ReadValue(ref WireReader reader)
    {
        var bytes = reader.ReadBytes(16);
        Span<int> parts = stackalloc int[4];
        for (var i = 0; i < parts.Length; i++) parts[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * 4)..]);
        var scale = (parts[SignAndScale] >> 16) & 0xFF;
        if ((parts[SignAndScale] & 0x7F00_FFFF) != 0 || scale > 28) throw Invalid($"scale word {parts[SignAndScale]:x}");
        return new decimal(parts);
    }
}

/// <summary>An enum travels as its underlying number, whether or not a name is declared for it.</summary>
internal sealed class EnumCodec<T> : Codec<T>
    where T : struct, Enum
{
    private static readonly TypeCode Underlying = Type.GetTypeCode(typeof(T));
    private static readonly bool IsSigned = Underlying is TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;

    public override WireType WireType => WireType.Varint;

    public override bool IsImmutable => true;

    public override void WriteValue(WireWriter writer, T value)
    {
        var number = EnumNumbers.ToInt64(value, IsSigned);
        if (IsSigned) writer.WriteSignedVarint(number);
        else writer.WriteVarint((ulong)number);
    }

    public override T ReadValue(ref WireReader reader)
    {
        var number = IsSigned ? reader.ReadSignedVarint() : (long)reader.ReadVarint();
        var value = EnumNumbers.FromInt64<T>(number);
        if (EnumNumbers.ToInt64(value, IsSigned) != number) throw new WireFormatException($"{number} is no value of {typeof(T)}");
        return value;
    }
}
