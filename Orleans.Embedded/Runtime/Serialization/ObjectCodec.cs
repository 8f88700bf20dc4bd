namespace Orleans.Serialization;

/// <summary>The base of the generated codecs of classes. The members of a base class are a group of their own in field 0.</summary>
public abstract class ObjectCodec<T> : Codec<T>, IMemberCodec<T>
    where T : class
{
    public sealed override WireType WireType => WireType.Group;

    public abstract void WriteMembers(WireWriter writer, T value);

    public abstract void ReadMembers(ref WireReader reader, T value);

    public abstract void CopyMembers(T source, T target);

    public sealed override void WriteValue(WireWriter writer, T value)
    {
        writer.EnterGroup();
        WriteMembers(writer, value);
        writer.WriteEndGroup();
    }

    public sealed override T ReadValue(ref WireReader reader)
    {
        var value = Create();
        reader.EnterGroup();
        ReadMembers(ref reader, value);
        reader.LeaveGroup();
        return value;
    }

    public sealed override T Copy(T value)
    {
        if (IsImmutable) return value;
        var copy = Create();
        CopyDepth.Enter();
        try
        {
            CopyMembers(value, copy);
        }
        finally
        {
            CopyDepth.Leave();
        }

        return copy;
    }

    /// <summary>An instance whose members are then set.</summary>
    protected abstract T Create();
}
