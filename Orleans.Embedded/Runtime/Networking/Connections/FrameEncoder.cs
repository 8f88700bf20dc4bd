using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>Writes the frames that go to one process, and sees to it that none is greater than a frame may be.</summary>
internal sealed class FrameEncoder(ConnectionEnvironment environment, PeerId peer)
{
    /// <summary>Throws what a codec throws.</summary>
    /// <exception cref="OrleansMessageRejectionException">The message does not fit into a frame.</exception>
    public void Call(WireWriter writer, FrameKind kind, Message message, EncodedBody body)
    {
        var frame = Frames.Begin(writer, kind);
        RequestCodec.WriteHeader(writer, message, Environment.TickCount64, environment.ExtraHeaderFields);
        if (body.IsDefault) RequestCodec.WriteBody(writer, message);
        else writer.WriteRaw(body.Span);
        Frames.End(writer, frame);
        EnsureFits(writer, message);
    }

    /// <summary>The result, or the exception that says why it cannot be sent.</summary>
    public void Result<TResult>(WireWriter writer, long callId, TResult result)
    {
        try
        {
            var frame = Frames.Begin(writer, FrameKind.Response);
            ResponseCodec.WriteResult(writer, callId, result);
            Frames.End(writer, frame);
            EnsureFits(writer, "The answer");
        }
        catch (Exception exception)
        {
            writer.Truncate();
            Failure(writer, callId, exception);
        }
    }

    /// <summary>The exception; when it is greater than a frame may be, one that says so.</summary>
    public void Failure(WireWriter writer, long callId, Exception exception)
    {
        var frame = Frames.Begin(writer, FrameKind.Response);
        ResponseCodec.WriteException(writer, callId, exception);
        Frames.End(writer, frame);
        if (Fits(writer)) return;
        writer.Truncate();
        Failure(writer, callId, new OrleansException($"The call failed with a {exception.GetType()} that is too great to be sent."));
    }

    public void Rejection(WireWriter writer, long callId, RejectionKind kind, string reason)
    {
        var frame = Frames.Begin(writer, FrameKind.Response);
        ResponseCodec.WriteRejection(writer, callId, kind, reason, environment.Handler.ViewVersion);
        Frames.End(writer, frame);
    }

    public static void Cancel(WireWriter writer, long callId)
    {
        var frame = Frames.Begin(writer, FrameKind.Cancel);
        ResponseCodec.WriteCancel(writer, callId);
        Frames.End(writer, frame);
    }

    /// <exception cref="OrleansMessageRejectionException">The payload does not fit into a frame.</exception>
    public void Control(WireWriter writer, byte kind, ReadOnlySpan<byte> payload)
    {
        var frame = Frames.Begin(writer, FrameKind.Control);
        writer.WriteByte(kind);
        writer.WriteRaw(payload);
        Frames.End(writer, frame);
        EnsureFits(writer, "The control message");
    }

    private bool Fits(WireWriter writer) => writer.Length - Frames.LengthSize <= environment.Options.MaxFrameSize;

    private void EnsureFits(WireWriter writer, object what)
    {
        if (Fits(writer)) return;
        throw new OrleansMessageRejectionException(
            $"{what} takes {writer.Length} bytes, where {environment.Options.MaxFrameSize} are allowed between {environment.Local.Peer} and {peer}.");
    }
}
