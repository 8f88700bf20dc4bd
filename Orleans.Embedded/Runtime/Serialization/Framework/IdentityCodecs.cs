using System.Text;
using Orleans.Runtime;

namespace Orleans.Serialization;

internal sealed class IdSpanCodec() : ValueCodec<IdSpan>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, IdSpan value) => writer.WriteBytes(value.AsSpan());

    public override IdSpan ReadValue(ref WireReader reader) =>
        reader.ReadBytes() is var bytes && bytes.IsEmpty ? default : new IdSpan(bytes.ToArray());
}

internal sealed class GrainTypeCodec() : ValueCodec<GrainType>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, GrainType value) => writer.WriteBytes(value.AsSpan());

    public override GrainType ReadValue(ref WireReader reader) =>
        reader.ReadBytes() is var bytes && bytes.IsEmpty ? default : new GrainType(new IdSpan(bytes.ToArray()));
}

internal sealed class GrainInterfaceTypeCodec() : ValueCodec<GrainInterfaceType>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, GrainInterfaceType value) => writer.WriteBytes(value.Value.AsSpan());

    public override GrainInterfaceType ReadValue(ref WireReader reader) =>
        reader.ReadBytes() is var bytes && bytes.IsEmpty ? default : new GrainInterfaceType(new IdSpan(bytes.ToArray()));
}

/// <summary>The length and bytes of the type, then those of the key, in one length-prefixed value.</summary>
internal sealed class GrainIdCodec() : ValueCodec<GrainId>(WireType.Group)
{
    private const uint TypeField = 1;
    private const uint KeyField = 2;

    public override void WriteValue(WireWriter writer, GrainId value)
    {
        writer.EnterGroup();
        writer.WriteTag(TypeField, WireType.LengthPrefixed);
        writer.WriteBytes(value.Type.AsSpan());
        writer.WriteTag(KeyField, WireType.LengthPrefixed);
        writer.WriteBytes(value.Key.AsSpan());
        writer.WriteEndGroup();
    }

    public override GrainId ReadValue(ref WireReader reader)
    {
        ReadOnlySpan<byte> type = default, key = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var wireType))
        {
            switch (id)
            {
                case TypeField when wireType == WireType.LengthPrefixed: type = reader.ReadBytes(); break;
                case KeyField when wireType == WireType.LengthPrefixed: key = reader.ReadBytes(); break;
                default: reader.Skip(wireType); break;
            }
        }

        reader.LeaveGroup();
        return type.IsEmpty && key.IsEmpty ? default : new GrainId(new GrainType(new IdSpan(type.ToArray())), new IdSpan(key.ToArray()));
    }
}

internal sealed class SiloAddressCodec() : ValueCodec<SiloAddress>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, SiloAddress value) => writer.WriteString(value.ToParsableString());

    public override SiloAddress ReadValue(ref WireReader reader) =>
        SiloAddress.TryParse(Encoding.UTF8.GetString(reader.ReadBytes()), out var address)
            ? address
            : throw new WireFormatException("the text is no silo address");
}

internal sealed class ActivationIdCodec() : ValueCodec<ActivationId>(WireType.LengthPrefixed)
{
    public override void WriteValue(WireWriter writer, ActivationId value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.Key.TryWriteBytes(bytes);
        writer.WriteBytes(bytes);
    }

    public override ActivationId ReadValue(ref WireReader reader) => new(new Guid(reader.ReadBytes(16)));
}

internal sealed class NoResultCodec() : ValueCodec<Invocation.NoResult>(WireType.Varint)
{
    public override void WriteValue(WireWriter writer, Invocation.NoResult value) => writer.WriteByte(0);

    public override Invocation.NoResult ReadValue(ref WireReader reader)
    {
        reader.ReadVarint();
        return default;
    }
}
