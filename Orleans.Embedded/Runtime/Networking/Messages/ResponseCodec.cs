using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Networking;

/// <summary>
/// The frames of answers and cancellations: a header of tagged fields, then its end tag and what the kind of answer says: the result as
/// field 1, the exception, or nothing. Fields that the receiver does not know are passed over.
/// </summary>
internal static class ResponseCodec
{
    private const uint CallId = 1;
    private const uint Kind = 2;
    private const uint Rejection = 3;
    private const uint Reason = 4;
    private const uint ViewVersion = 5;

    private const uint Result = 1;

    /// <summary>A reason longer than this is cut.</summary>
    private const int MaxReason = 4096;

    /// <summary>Throws what the result's codec throws.</summary>
    public static void WriteResult<TResult>(WireWriter writer, long callId, TResult result)
    {
        WriteHeader(writer, callId, ResponseKind.Success);
        writer.WriteEndGroup();
        if (typeof(TResult) != typeof(NoResult)) Codecs.Of<TResult>().WriteField(writer, Result, result);
    }

    public static void WriteException(WireWriter writer, long callId, Exception exception)
    {
        WriteHeader(writer, callId, ResponseKind.Exception);
        writer.WriteEndGroup();
        Codecs.WriteException(writer, exception);
    }

    public static void WriteRejection(WireWriter writer, long callId, RejectionKind kind, string reason, long viewVersion)
    {
        WriteHeader(writer, callId, ResponseKind.Rejection);
        writer.WriteTag(Rejection, WireType.Varint);
        writer.WriteVarint((byte)kind);
        writer.WriteTag(Reason, WireType.LengthPrefixed);
        writer.WriteString(reason.Length <= MaxReason ? reason : reason[..MaxReason]);
        writer.WriteTag(ViewVersion, WireType.Varint);
        writer.WriteVarint((ulong)viewVersion);
        writer.WriteEndGroup();
    }

    /// <exception cref="WireFormatException">This is no header.</exception>
    public static ResponseHeader ReadHeader(ref WireReader reader)
    {
        var header = default(ResponseHeader);
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id, type)
            {
                case (CallId, WireType.Varint): header.CallId = (long)reader.ReadVarint(); break;
                case (Kind, WireType.Varint): header.Kind = (ResponseKind)Math.Min(reader.ReadVarint(), byte.MaxValue); break;
                case (Rejection, WireType.Varint): header.Rejection = (RejectionKind)Math.Min(reader.ReadVarint(), byte.MaxValue); break;
                case (Reason, WireType.LengthPrefixed): header.Reason = reader.ReadString(); break;
                case (ViewVersion, WireType.Varint): header.ViewVersion = (long)reader.ReadVarint(); break;
                default: reader.Skip(type); break;
            }
        }

        return header;
    }

    public static void WriteCancel(WireWriter writer, long callId)
    {
        writer.WriteTag(CallId, WireType.Varint);
        writer.WriteVarint((ulong)callId);
    }

    /// <exception cref="WireFormatException">This is no cancellation.</exception>
    public static long ReadCancel(ref WireReader reader)
    {
        long callId = 0;
        while (reader.TryReadTag(out var id, out var type))
        {
            if ((id, type) == (CallId, WireType.Varint)) callId = (long)reader.ReadVarint();
            else reader.Skip(type);
        }

        return callId;
    }

    private static void WriteHeader(WireWriter writer, long callId, ResponseKind kind)
    {
        writer.EnterGroup();
        writer.WriteTag(CallId, WireType.Varint);
        writer.WriteVarint((ulong)callId);
        if (kind == ResponseKind.Success) return;
        writer.WriteTag(Kind, WireType.Varint);
        writer.WriteVarint((byte)kind);
    }
}
