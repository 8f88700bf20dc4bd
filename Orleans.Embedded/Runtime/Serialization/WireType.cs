namespace Orleans.Serialization;

/// <summary>
/// How the bytes after a tag are laid out. With the tag alone a reader can skip a field it does not know, which is what lets two
/// versions of a type meet. A tag is the varint <c>id &lt;&lt; 3 | wire type</c>.
/// </summary>
public enum WireType : byte
{
    /// <summary>A base-128 varint.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little endian.</summary>
    Fixed64 = 1,

    /// <summary>A varint length and that many bytes.</summary>
    LengthPrefixed = 2,

    /// <summary>Tagged fields up to an <see cref="EndGroup"/> tag.</summary>
    Group = 3,

    /// <summary>Ends a group; carries nothing.</summary>
    EndGroup = 4,

    /// <summary>Four bytes, little endian.</summary>
    Fixed32 = 5,

    /// <summary>A null; carries nothing.</summary>
    Null = 6,

    /// <summary>
    /// The name of the value's type as a varint length and UTF-8, one byte with the wire type of its own codec, and the value.
    /// Used where the run-time type is not the static one.
    /// </summary>
    Typed = 7,
}
