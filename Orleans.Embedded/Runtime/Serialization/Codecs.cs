using System.Diagnostics.CodeAnalysis;

namespace Orleans.Serialization;

/// <summary>
/// All codecs of this process. They are found once and kept for good; what is specific to one silo or client reaches them through
/// <see cref="WireReader.References"/> alone.
/// </summary>
public static class Codecs
{
    /// <summary>The codec of a static type.</summary>
    /// <exception cref="CodecNotFoundException">There is none.</exception>
    public static Codec<T> Of<T>() => Cache<T>.Codec ?? Find<T>();

    /// <summary>As <see cref="Of{T}()"/>, but a codec that is not there is reported when it is used.</summary>
    /// <param name="usedBy">The member or parameter that is named in the report.</param>
    public static Codec<T> Of<T>(string usedBy) =>
        Cache<T>.Codec ?? (CodecRegistry.TryGetStatic<T>(out var codec) ? Cache<T>.Codec = codec : new MissingCodec<T>(usedBy));

    /// <summary>For generated code: the members that class <typeparamref name="T"/> adds to those of its base.</summary>
    /// <exception cref="CodecNotFoundException">The class has no generated codec.</exception>
    public static IMemberCodec<T> MembersOf<T>()
        where T : class =>
        CodecRegistry.TryGetExact(typeof(T), out var entry) && entry.Codec is IMemberCodec<T> members
            ? members
            : throw CodecRegistry.NotFound(typeof(T), usedBy: null);

    /// <summary>Whether values of the static type <paramref name="type"/> can travel, as far as the type tells.</summary>
    public static bool CanSerialize(Type type) => CodecRegistry.CanSerialize(type);

    /// <summary>Writes any value, or null, with the name of its type. Read by <see cref="ReadAny"/>.</summary>
    /// <exception cref="CodecNotFoundException">The value's type has no codec.</exception>
    public static void WriteAny(WireWriter writer, object? value) => Of<object>().WriteField(writer, 0, value);

    /// <summary>Reads what <see cref="WriteAny"/> wrote.</summary>
    /// <exception cref="WireFormatException">The input has another form, or names a type that is not known here.</exception>
    public static object? ReadAny(ref WireReader reader)
    {
        if (!reader.TryReadTag(out _, out var type)) throw new WireFormatException("a value is missing");
        return Of<object>().ReadField(ref reader, type);
    }

    /// <summary>A copy that shares nothing changeable with <paramref name="value"/>.</summary>
    /// <exception cref="CodecNotFoundException">The value's type has no codec.</exception>
    [return: NotNullIfNotNull(nameof(value))]
    public static object? CopyAny(object? value)
    {
        if (value is null || value.GetType() == typeof(object)) return value;
        var codec = CodecRegistry.OfValue(value).Codec;
        return codec.IsImmutable ? value : codec.CopyBoxed(value)!;
    }

    /// <summary>Writes a failure, whatever its type. Never throws: what cannot travel is left out.</summary>
    public static void WriteException(WireWriter writer, Exception exception)
    {
        var (length, depth) = (writer.Length, writer.Depth);
        try
        {
            Of<Exception>().WriteField(writer, 1, exception);
        }
        catch (Exception failure)
        {
            writer.Truncate(length, depth);
            OpaqueExceptionCodec.WriteInstead(writer, 1, exception, failure);
        }
    }

    /// <summary>
    /// Reads what <see cref="WriteException"/> wrote. A type that is not known here becomes an
    /// <see cref="Runtime.OrleansException"/> whose message names it.
    /// </summary>
    public static Exception ReadException(ref WireReader reader)
    {
        if (!reader.TryReadTag(out _, out var type)) throw new WireFormatException("an exception is missing");
        return Of<Exception>().ReadField(ref reader, type) ?? throw new WireFormatException("an exception is null");
    }

    internal static void WriteTyped(WireWriter writer, object value)
    {
        var entry = CodecRegistry.OfValue(value);
        if (entry.Name is null) throw CodecRegistry.NoName(value.GetType());
        writer.EnterGroup();
        writer.WriteBytes(entry.Utf8Name);
        writer.WriteByte((byte)entry.Codec.WireType);
        entry.Codec.WriteBoxed(writer, value);
        writer.LeaveGroup();
    }

    internal static T? ReadTyped<T>(ref WireReader reader)
    {
        var codec = CodecRegistry.OfName(reader.ReadBytes(), typeof(T));
        if (!typeof(T).IsAssignableFrom(codec.ValueType)) throw new WireFormatException($"a {codec.ValueType} is no {typeof(T)}");
        var type = (WireType)reader.ReadByte();
        if (type != codec.WireType) throw new WireFormatException($"{codec.ValueType}: wire type {type} found, {codec.WireType} expected");
        reader.EnterGroup();
        var value = (T?)codec.ReadBoxed(ref reader);
        reader.LeaveGroup();
        return value;
    }

    private static Codec<T> Find<T>()
    {
        if (!CodecRegistry.TryGetStatic<T>(out var codec)) throw CodecRegistry.NotFound(typeof(T), usedBy: null);
        return Cache<T>.Codec = codec;
    }

    private static class Cache<T>
    {
        public static Codec<T>? Codec;
    }
}
