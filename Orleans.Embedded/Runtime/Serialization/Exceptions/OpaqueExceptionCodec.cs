using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>
/// For exceptions of types that have no codec in the sender or the receiver: they arrive as <see cref="OrleansException"/> whose
/// message names the type. Names of exception types begin with <see cref="Prefix"/> so that this is known of an unknown name.
/// </summary>
internal sealed class OpaqueExceptionCodec(string name) : ExceptionCodec<Exception>
{
    public const char Prefix = '!';

    private static readonly ConcurrentDictionary<Type, CodecEntry> Entries = new();

    /// <summary>For a type of this process that has no codec.</summary>
    public static CodecEntry For(Type type) => Entries.GetOrAdd(type, static type => EntryOf(type));

    public static bool CanStandFor(ReadOnlySpan<char> name, Type expected) =>
        name is [Prefix, ..] && expected.IsAssignableFrom(typeof(OrleansException));

    /// <summary>Writes what can be said of an exception that could not be written.</summary>
    public static void WriteInstead(WireWriter writer, uint field, Exception exception, Exception failure)
    {
        writer.WriteTag(field, WireType.Typed);
        writer.EnterGroup();
        writer.WriteString(Prefix + NameOf(exception.GetType()));
        writer.WriteByte((byte)WireType.Group);
        ExceptionWire.WriteTexts(writer, $"{Describe(exception)} (it could not be sent whole: {Describe(failure)})", exception.StackTrace);
        writer.LeaveGroup();
    }

    internal override Exception CreateFrom(in ExceptionWire fields)
    {
        var result = new OrleansException($"{name.TrimStart(Prefix)}: {fields.Text ?? fields.Message}", fields.Inner!);
        (fields with { Message = result.Message }).Apply(result);
        return result;
    }

    protected override Exception Create() => new OrleansException(name);

    private static CodecEntry EntryOf(Type type)
    {
        var name = Prefix + NameOf(type);
        return new CodecEntry(new OpaqueExceptionCodec(name), name);
    }

    private static string NameOf(Type type) => type.FullName is { Length: <= TypeNames.MaxLength / 4 } name ? name : type.Name;

    private static string Describe(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception failure)
        {
            return $"a message that throws {failure.GetType()}";
        }
    }
}
