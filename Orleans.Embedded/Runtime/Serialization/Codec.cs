namespace Orleans.Serialization;

/// <summary>
/// Writes, reads and copies values of one type. Codecs are stateless singletons; generated code makes one for each
/// <c>[GenerateSerializer]</c> type, the engine brings those of the framework's types.
/// </summary>
public abstract class Codec<T> : ICodec
{
    public Type ValueType => typeof(T);

    /// <summary>The layout of <see cref="WriteValue"/>.</summary>
    public abstract WireType WireType { get; }

    /// <summary>Whether values are never changed, so that a copy may be the value itself.</summary>
    public virtual bool IsImmutable => false;

    /// <summary>Whether values of derived types are written as <typeparamref name="T"/>; otherwise they need a codec of their own.</summary>
    public virtual bool AcceptsDerived => false;

    /// <summary>Writes the value without a tag; a group ends with its end tag. Never called for null.</summary>
    public abstract void WriteValue(WireWriter writer, T value);

    /// <summary>Reads what <see cref="WriteValue"/> wrote. The tag has been read, and was of <see cref="WireType"/>.</summary>
    public abstract T ReadValue(ref WireReader reader);

    /// <summary>A value that shares nothing changeable with <paramref name="value"/>. Never called for null.</summary>
    public virtual T Copy(T value) => value;

    /// <summary>Writes tag and value; a null is written as such, so that it is told apart from a field that is absent.</summary>
    public virtual void WriteField(WireWriter writer, uint id, T? value)
    {
        if (value is null)
        {
            writer.WriteTag(id, WireType.Null);
            return;
        }

        writer.WriteTag(id, WireType);
        WriteValue(writer, value);
    }

    /// <summary>Reads the value of a field whose tag was of <paramref name="type"/>.</summary>
    public virtual T? ReadField(ref WireReader reader, WireType type)
    {
        if (type == WireType) return ReadValue(ref reader);
        if (type == WireType.Null) return default;
        if (type == WireType.Typed) return Codecs.ReadTyped<T>(ref reader);
        throw new WireFormatException($"{typeof(T)}: wire type {type} found, {WireType} expected");
    }

    public T? CopyOrNull(T? value) => value is null ? value : Copy(value);

    void ICodec.WriteBoxed(WireWriter writer, object value) => WriteValue(writer, (T)value);

    object? ICodec.ReadBoxed(ref WireReader reader) => ReadValue(ref reader);

    object? ICodec.CopyBoxed(object value) => Copy((T)value);
}
