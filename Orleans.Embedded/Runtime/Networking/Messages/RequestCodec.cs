using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>
/// The frames of calls and one-way messages: a header of tagged fields and its end tag, the request context as tagged groups and its end
/// tag, then the arguments up to the end of the frame. Fields that the receiver does not know are passed over.
/// </summary>
internal static class RequestCodec
{
    /// <summary>A deadline further away than this is cut to it, so that no sum can overflow.</summary>
    private const long MaxRemaining = 365L * 24 * 60 * 60 * 1000;

    private const uint CallId = 1;
    private const uint MethodId = 2;
    private const uint TargetType = 3;
    private const uint TargetKey = 4;
    private const uint SenderType = 5;
    private const uint SenderKey = 6;
    private const uint Remaining = 7;
    private const uint ViewVersion = 8;
    private const uint ForwardCount = 9;
    private const uint ReentrancyId = 10;
    private const uint TraceParent = 11;
    private const uint ChainLink = 12;

    private const uint ContextEntry = 1;
    private const uint LinkType = 1;
    private const uint LinkKey = 2;
    private const uint LinkMethod = 3;
    private const uint LinkMark = 4;
    private const uint EntryName = 1;
    private const uint EntryValue = 2;

    /// <param name="writer">Where to.</param>
    /// <param name="message">The message.</param>
    /// <param name="now">The present <see cref="Environment.TickCount64"/>: the time that is left travels, since clocks differ.</param>
    /// <param name="extraFields">Writes header fields of a later protocol; for tests.</param>
    public static void WriteHeader(WireWriter writer, Message message, long now, Action<WireWriter>? extraFields)
    {
        writer.EnterGroup();
        if (message.CallId != 0)
        {
            writer.WriteTag(CallId, WireType.Varint);
            writer.WriteVarint((ulong)message.CallId);
        }

        writer.WriteTag(MethodId, WireType.Fixed64);
        writer.WriteFixed64(message.Request.Method.Id);
        WriteGrain(writer, TargetType, TargetKey, message.Target);
        if (!message.Sender.IsDefault) WriteGrain(writer, SenderType, SenderKey, message.Sender);
        if (message.ExpiresAt != 0)
        {
            writer.WriteTag(Remaining, WireType.Varint);
            writer.WriteVarint((ulong)Math.Clamp(message.ExpiresAt - now, 1, MaxRemaining));
        }

        if (message.ViewVersion != 0)
        {
            writer.WriteTag(ViewVersion, WireType.Varint);
            writer.WriteVarint((ulong)message.ViewVersion);
        }

        if (message.ForwardCount != 0)
        {
            writer.WriteTag(ForwardCount, WireType.Varint);
            writer.WriteVarint((ulong)message.ForwardCount);
        }

        if (message.ReentrancyId != default)
        {
            Span<byte> id = stackalloc byte[16];
            message.ReentrancyId.TryWriteBytes(id);
            writer.WriteTag(ReentrancyId, WireType.LengthPrefixed);
            writer.WriteBytes(id);
        }

        if (message.TraceParent is { } parent)
        {
            writer.WriteTag(TraceParent, WireType.LengthPrefixed);
            writer.WriteString(parent);
        }

        WriteChain(writer, message.Chain);
        extraFields?.Invoke(writer);
        writer.WriteEndGroup();
    }

    /// <summary>Request context and arguments: what belongs to the user. Throws what a codec throws.</summary>
    public static void WriteBody(WireWriter writer, Message message)
    {
        writer.EnterGroup();
        if (message.RequestContext is { } context)
        {
            foreach (var (name, value) in context)
            {
                writer.WriteTag(ContextEntry, WireType.Group);
                writer.EnterGroup();
                writer.WriteTag(EntryName, WireType.LengthPrefixed);
                writer.WriteString(name);
                Codecs.Of<object>().WriteField(writer, EntryValue, value);
                writer.WriteEndGroup();
            }
        }

        writer.WriteEndGroup();
        message.Request.WriteArguments(writer);
    }

    /// <exception cref="WireFormatException">This is no header.</exception>
    public static RequestHeader ReadHeader(ref WireReader reader, long now, GrainTypeCache types)
    {
        var header = default(RequestHeader);
        GrainType targetType = default, senderType = default;
        IdSpan targetKey = default, senderKey = default;
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id, type)
            {
                case (CallId, WireType.Varint): header.CallId = (long)reader.ReadVarint(); break;
                case (MethodId, WireType.Fixed64): header.MethodId = reader.ReadFixed64(); break;
                case (TargetType, WireType.LengthPrefixed): targetType = types.Get(reader.ReadBytes()); break;
                case (TargetKey, WireType.LengthPrefixed): targetKey = new IdSpan(reader.ReadBytes().ToArray()); break;
                case (SenderType, WireType.LengthPrefixed): senderType = types.Get(reader.ReadBytes()); break;
                case (SenderKey, WireType.LengthPrefixed): senderKey = new IdSpan(reader.ReadBytes().ToArray()); break;
                case (Remaining, WireType.Varint): header.ExpiresAt = now + (long)Math.Min(reader.ReadVarint(), MaxRemaining); break;
                case (ViewVersion, WireType.Varint): header.ViewVersion = (long)reader.ReadVarint(); break;
                case (ForwardCount, WireType.Varint): header.ForwardCount = (int)Math.Min(reader.ReadVarint(), int.MaxValue); break;
                case (ReentrancyId, WireType.LengthPrefixed): header.ReentrancyId = ReadGuid(ref reader); break;
                case (TraceParent, WireType.LengthPrefixed): header.TraceParent = reader.ReadString(); break;
                case (ChainLink, WireType.Group): header.Chain = ReadLink(ref reader, header.Chain, types); break;
                default: reader.Skip(type); break;
            }
        }

        if (targetType.IsDefault) throw new WireFormatException("a call without a target");
        header.Target = new GrainId(targetType, targetKey);
        header.Sender = new GrainId(senderType, senderKey);
        return header;
    }

    /// <summary>Throws what a codec throws.</summary>
    public static Dictionary<string, object>? ReadContext(ref WireReader reader)
    {
        Dictionary<string, object>? context = null;
        while (reader.TryReadTag(out var id, out var type))
        {
            if ((id, type) != (ContextEntry, WireType.Group))
            {
                reader.Skip(type);
                continue;
            }

            string? name = null;
            object? value = null;
            reader.EnterGroup();
            while (reader.TryReadTag(out var field, out var fieldType))
            {
                if ((field, fieldType) == (EntryName, WireType.LengthPrefixed)) name = reader.ReadString();
                else if (field == EntryValue) value = Codecs.Of<object>().ReadField(ref reader, fieldType);
                else reader.Skip(fieldType);
            }

            reader.LeaveGroup();
            if (name is not null && value is not null) (context ??= [])[name] = value;
        }

        return context;
    }

    private static void WriteGrain(WireWriter writer, uint typeField, uint keyField, GrainId grain)
    {
        writer.WriteTag(typeField, WireType.LengthPrefixed);
        writer.WriteBytes(grain.Type.AsSpan());
        writer.WriteTag(keyField, WireType.LengthPrefixed);
        writer.WriteBytes(grain.Key.AsSpan());
    }

    /// <summary>The outermost link first, so that the reader can build the list as it reads.</summary>
    private static void WriteChain(WireWriter writer, CallChain? chain)
    {
        if (chain is null) return;
        WriteChain(writer, chain.Outer);
        writer.WriteTag(ChainLink, WireType.Group);
        writer.EnterGroup();
        WriteGrain(writer, LinkType, LinkKey, chain.Grain);
        writer.WriteTag(LinkMethod, WireType.LengthPrefixed);
        writer.WriteString(chain.Method);
        writer.WriteTag(LinkMark, WireType.Varint);
        writer.WriteVarint(chain.Mark);
        writer.WriteEndGroup();
    }

    private static CallChain ReadLink(ref WireReader reader, CallChain? outer, GrainTypeCache types)
    {
        if (outer?.Length >= CallChain.MaxLength) throw new WireFormatException($"a call chain of more than {CallChain.MaxLength} grains");
        GrainType grainType = default;
        IdSpan key = default;
        var (method, mark) = ("", 0u);
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id, type)
            {
                case (LinkType, WireType.LengthPrefixed): grainType = types.Get(reader.ReadBytes()); break;
                case (LinkKey, WireType.LengthPrefixed): key = new IdSpan(reader.ReadBytes().ToArray()); break;
                case (LinkMethod, WireType.LengthPrefixed): method = reader.ReadString(); break;
                case (LinkMark, WireType.Varint): mark = (uint)reader.ReadVarint(); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new CallChain(new GrainId(grainType, key), method, mark, outer);
    }

    private static Guid ReadGuid(ref WireReader reader)
    {
        var bytes = reader.ReadBytes();
        return bytes.Length == 16 ? new Guid(bytes) : throw new WireFormatException($"an id of {bytes.Length} bytes");
    }
}
