namespace Orleans.Serialization;

/// <summary>
/// What is written of every exception, so that a process that does not know its type can still tell what happened: a group of
/// message, inner exception, stack trace and result code, and in a last field what the type adds.
/// </summary>
internal struct ExceptionWire
{
    private const uint MessageField = 1;
    private const uint InnerField = 2;
    private const uint StackTraceField = 3;
    private const uint HResultField = 4;
    private const uint TextField = 5;
    private const uint MembersField = 6;

    /// <summary>Characters of a stack trace and of a message at most; the rest is cut off.</summary>
    private const int MaxText = 32 * 1024;

    /// <summary>Inner exceptions deeper in groups than this are left out.</summary>
    private const int MaxInnerDepth = 32;

    public string? Message;
    public Exception? Inner;
    public string? StackTrace;
    public int HResult;

    /// <summary>What the message property says, where it differs from <see cref="Message"/>.</summary>
    public string? Text;

    public static void Write<T>(WireWriter writer, T exception, ExceptionCodec<T> codec)
        where T : Exception
    {
        writer.EnterGroup();
        var message = ExceptionFields.Message(exception);
        WriteText(writer, MessageField, message);
        if (exception.InnerException is { } inner && writer.Depth < MaxInnerDepth) Codecs.Of<Exception>().WriteField(writer, InnerField, inner);
        WriteText(writer, StackTraceField, exception.StackTrace);
        writer.WriteTag(HResultField, WireType.Fixed32);
        writer.WriteFixed32((uint)exception.HResult);
        if (exception.Message is var text && text != message) WriteText(writer, TextField, text);
        if (codec.HasMembers)
        {
            writer.WriteTag(MembersField, WireType.Group);
            writer.EnterGroup();
            codec.WriteMembers(writer, exception);
            writer.WriteEndGroup();
        }

        writer.WriteEndGroup();
    }

    /// <summary>The form for an exception that cannot be written as itself: only texts.</summary>
    public static void WriteTexts(WireWriter writer, string message, string? stackTrace)
    {
        writer.EnterGroup();
        WriteText(writer, MessageField, message);
        WriteText(writer, StackTraceField, stackTrace);
        writer.WriteEndGroup();
    }

    public static T Read<T>(ref WireReader reader, ExceptionCodec<T> codec)
        where T : Exception
    {
        var fields = default(ExceptionWire);
        T? exception = null;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case MessageField: fields.Message = Codecs.Of<string>().ReadField(ref reader, type); break;
                case InnerField: fields.Inner = Codecs.Of<Exception>().ReadField(ref reader, type); break;
                case StackTraceField: fields.StackTrace = Codecs.Of<string>().ReadField(ref reader, type); break;
                case HResultField when type == WireType.Fixed32: fields.HResult = (int)reader.ReadFixed32(); break;
                case TextField: fields.Text = Codecs.Of<string>().ReadField(ref reader, type); break;
                case MembersField when type == WireType.Group:
                    exception ??= codec.CreateFrom(fields);
                    reader.EnterGroup();
                    codec.ReadMembers(ref reader, exception);
                    reader.LeaveGroup();
                    break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return exception ?? codec.CreateFrom(fields);
    }

    /// <summary>Sets what every exception has.</summary>
    public readonly void Apply(Exception exception)
    {
        ExceptionFields.Message(exception) = Message;
        ExceptionFields.InnerException(exception) = Inner;
        if (!string.IsNullOrEmpty(StackTrace)) ExceptionFields.RemoteStackTrace(exception) = StackTrace + Environment.NewLine;
        if (HResult != 0) exception.HResult = HResult;
    }

    private static void WriteText(WireWriter writer, uint field, string? text)
    {
        if (text is null) return;
        writer.WriteTag(field, WireType.LengthPrefixed);
        writer.WriteString(text.Length <= MaxText ? text : text[..MaxText] + "...");
    }
}
