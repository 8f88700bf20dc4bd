namespace Orleans.Serialization;

/// <summary>
/// The base of the codecs of exceptions. All travel with message, inner exception, stack trace and result code; a generated codec
/// adds the members marked with <see cref="IdAttribute"/>. Inside a process exceptions are passed as they are.
/// </summary>
public abstract class ExceptionCodec<T> : Codec<T>, IMemberCodec<T>
    where T : Exception
{
    public sealed override WireType WireType => WireType.Group;

    public sealed override bool IsImmutable => true;

    /// <summary>Whether the type, or one it derives from, adds members.</summary>
    public virtual bool HasMembers => false;

    public sealed override void WriteValue(WireWriter writer, T value) => ExceptionWire.Write(writer, value, this);

    public sealed override T ReadValue(ref WireReader reader) => ExceptionWire.Read(ref reader, this);

    public virtual void WriteMembers(WireWriter writer, T value)
    {
    }

    public virtual void ReadMembers(ref WireReader reader, T value)
    {
        while (reader.TryReadTag(out _, out var type)) reader.Skip(type);
    }

    void IMemberCodec<T>.CopyMembers(T source, T target)
    {
        // Exceptions are passed as they are.
    }

    internal virtual T CreateFrom(in ExceptionWire fields)
    {
        var exception = Create();
        fields.Apply(exception);
        return exception;
    }

    /// <summary>An instance whose message, inner exception and members are then set.</summary>
    protected abstract T Create();
}
