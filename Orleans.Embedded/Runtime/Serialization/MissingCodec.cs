namespace Orleans.Serialization;

/// <summary>
/// Stands for a codec that is not known, so that the failure comes when a value is to travel and says what is missing. An assembly
/// that is loaded later may bring the codec.
/// </summary>
internal sealed class MissingCodec<T>(string? usedBy) : Codec<T>
{
    private Codec<T>? _found;

    public override WireType WireType => Found().WireType;

    public override bool IsImmutable => CodecRegistry.TryGetStatic<T>(out var codec) && codec.IsImmutable;

    public override void WriteField(WireWriter writer, uint id, T? value) => Found().WriteField(writer, id, value);

    public override T? ReadField(ref WireReader reader, WireType type) => Found().ReadField(ref reader, type);

    public override void WriteValue(WireWriter writer, T value) => Found().WriteValue(writer, value);

    public override T ReadValue(ref WireReader reader) => Found().ReadValue(ref reader);

    public override T Copy(T value) => Found().Copy(value);

    private Codec<T> Found()
    {
        if (_found is not null) return _found;
        if (!CodecRegistry.TryGetStatic<T>(out var codec)) throw CodecRegistry.NotFound(typeof(T), usedBy);
        return _found = codec;
    }
}
