namespace Orleans.Serialization;

/// <summary>
/// For static types whose values may be of derived types. A value of exactly the static type is written as by its own codec, any
/// other with the name of its type.
/// </summary>
/// <param name="own">The codec of exactly <typeparamref name="T"/>; null for interfaces and abstract classes.</param>
internal sealed class PolymorphicCodec<T>(Codec<T>? own) : Codec<T>
{
    public override WireType WireType => WireType.Typed;

    public override bool IsImmutable { get; } = Attribute.IsDefined(typeof(T), typeof(ImmutableAttribute));

    public override void WriteField(WireWriter writer, uint id, T? value)
    {
        if (value is null)
        {
            writer.WriteTag(id, WireType.Null);
        }
        else if (own is not null && value.GetType() == typeof(T))
        {
            writer.WriteTag(id, own.WireType);
            own.WriteValue(writer, value);
        }
        else
        {
            writer.WriteTag(id, WireType.Typed);
            Codecs.WriteTyped(writer, value);
        }
    }

    public override T? ReadField(ref WireReader reader, WireType type)
    {
        if (own is not null && type == own.WireType) return own.ReadValue(ref reader);
        return base.ReadField(ref reader, type);
    }

    public override void WriteValue(WireWriter writer, T value) => Codecs.WriteTyped(writer, value!);

    public override T ReadValue(ref WireReader reader) => Codecs.ReadTyped<T>(ref reader)!;

    public override T Copy(T value)
    {
        if (IsImmutable) return value;
        if (own is not null && value!.GetType() == typeof(T)) return own.Copy(value);
        CopyDepth.Enter();
        try
        {
            return (T)Codecs.CopyAny(value)!;
        }
        finally
        {
            CopyDepth.Leave();
        }
    }
}
