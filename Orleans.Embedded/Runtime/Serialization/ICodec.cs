namespace Orleans.Serialization;

/// <summary>The untyped face of <see cref="Codec{T}"/>, for values whose static type does not tell their type.</summary>
public interface ICodec
{
    Type ValueType { get; }

    WireType WireType { get; }

    bool IsImmutable { get; }

    bool AcceptsDerived { get; }

    void WriteBoxed(WireWriter writer, object value);

    object? ReadBoxed(ref WireReader reader);

    object? CopyBoxed(object value);
}
