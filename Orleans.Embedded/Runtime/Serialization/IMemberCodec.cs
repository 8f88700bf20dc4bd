namespace Orleans.Serialization;

/// <summary>The members that one class declares, for the codecs of the classes derived from it.</summary>
public interface IMemberCodec<in T>
    where T : class
{
    /// <summary>Writes tagged fields; the caller surrounds them with a group.</summary>
    void WriteMembers(WireWriter writer, T value);

    /// <summary>Reads fields up to the end of the group; those it does not know are passed over.</summary>
    void ReadMembers(ref WireReader reader, T value);

    void CopyMembers(T source, T target);
}
