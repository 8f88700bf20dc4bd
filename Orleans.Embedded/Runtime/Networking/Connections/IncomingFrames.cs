using System.Buffers.Binary;
using Orleans.Connections.Security;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Networking;

/// <summary>Decodes what a connection receives and hands it on. Runs on the thread that reads, one frame after the other.</summary>
internal sealed class IncomingFrames(Connection connection, ConnectionWriter writer, ConnectionEnvironment environment) : IFrameSink
{
    private readonly GrainTypeCache _types = new();
    private readonly ICallerRights? _rights = connection.Rights;

    public void OnBatchBegin() => writer.Cork();

    public void OnBatchEnd() => writer.Uncork();

    public void OnFrame(FrameKind kind, ReadOnlySpan<byte> body)
    {
        environment.Metrics.Received(connection.Link, kind, body.Length + Frames.HeaderSize);
        switch (kind)
        {
            case FrameKind.Request:
            case FrameKind.OneWay: OnCall(kind, body); break;
            case FrameKind.Response: OnResponse(body); break;
            case FrameKind.Cancel: OnCancel(body); break;
            case FrameKind.Control: OnControl(body); break;
            case FrameKind.Ping: connection.Answer(body.Length == sizeof(long) ? body : throw NoPing(body)); break;
            case FrameKind.Pong: connection.HearPong(body.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(body) : throw NoPing(body)); break;
            case FrameKind.Goodbye: connection.HearGoodbye(); break;
            case FrameKind.Finished: connection.HearFinished(); break;
            case FrameKind.Hello or FrameKind.Refusal: throw new WireFormatException($"a frame of kind {kind} after the first");
            default: environment.Metrics.Refused(RefusedBecause.UnknownFrame); break;
        }
    }

    private void OnCall(FrameKind kind, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body, environment.Handler.References);
        var header = RequestCodec.ReadHeader(ref reader, Environment.TickCount64, _types);
        var answers = kind == FrameKind.Request;
        if (answers && !connection.BeginAnswer())
        {
            environment.Metrics.Refused(RefusedBecause.TooManyCalls);
            connection.Replies.Reject(header.CallId, RejectionKind.Overloaded, $"{environment.Local.Peer} has too many calls of {connection.Peer} under way");
            return;
        }

        Message message;
        try
        {
            var request = environment.Handler.CreateRequest(header.MethodId) ?? throw new WireFormatException($"method {header.MethodId:x16} is not known here");
            if (_rights is not null && !_rights.Allows(request.Method.InterfaceType, request.Method.MethodName, header.Target))
            {
                RefuseCall(header, request, answers);
                return;
            }

            var context = RequestCodec.ReadContext(ref reader);
            request.ReadArguments(ref reader);
            message = ToMessage(header, request, context, answers);
        }
        catch (Exception exception)
        {
            // Codecs are generated or written by users: whatever they throw concerns this call alone.
            environment.Metrics.Refused(RefusedBecause.BadCall);
            NetworkLog.BadCall(environment.Logger, exception, header.Target, connection.Peer);
            if (answers)
            {
                connection.Replies.Reject(
                    header.CallId, RejectionKind.Unrecognised, $"{environment.Local.Peer} cannot read the call to {header.Target}: {exception.Message}");
            }

            return;
        }

        try
        {
            environment.Handler.OnMessage(message);
        }
        catch (Exception exception)
        {
            HandlerFailed(exception, kind);
        }
    }

    private void RefuseCall(in RequestHeader header, Request request, bool answers)
    {
        environment.Metrics.Refused(RefusedBecause.NotAllowed);
        if (!answers) return;
        connection.Replies.Reject(
            header.CallId, RejectionKind.NotAllowed, $"{environment.Local.Peer}: the certificate of the caller does not allow {request.Method.ActivityName} of {header.Target}");
    }

    private Message ToMessage(in RequestHeader header, Request request, Dictionary<string, object>? context, bool answers) => new()
    {
        CallId = header.CallId,
        Target = header.Target,
        Sender = header.Sender,
        Request = request,
        ReplyTo = answers ? connection.Replies : null,
        From = connection.Peer,
        ExpiresAt = header.ExpiresAt,
        Chain = header.Chain,
        ReentrancyId = header.ReentrancyId,
        RequestContext = context,
        TraceParent = header.TraceParent,
        ForwardCount = header.ForwardCount,
        ViewVersion = header.ViewVersion,
    };

    private void OnResponse(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body, environment.Handler.References);
        var header = ResponseCodec.ReadHeader(ref reader);
        if (connection.Take(header.CallId) is not { } call)
        {
            environment.Metrics.Refused(RefusedBecause.UnknownAnswer);
            return;
        }

        try
        {
            switch (header.Kind)
            {
                case ResponseKind.Success: call.OnResult(ref reader); break;
                case ResponseKind.Exception: call.OnFailure(ReadException(ref reader, call.Message)); break;
                case ResponseKind.Rejection: call.OnRejected(header.Rejection, header.Reason ?? "", header.ViewVersion); break;
                default: throw new WireFormatException($"an answer of kind {(byte)header.Kind}");
            }
        }
        catch (Exception exception)
        {
            environment.Metrics.Refused(RefusedBecause.BadAnswer);
            call.OnFailure(new OrleansException($"The answer of {connection.Peer} to {call.Message} cannot be read: {exception.Message}", exception));
        }

        connection.Settle();
    }

    private Exception ReadException(ref WireReader reader, Message message)
    {
        try
        {
            return Codecs.ReadException(ref reader);
        }
        catch (Exception exception)
        {
            environment.Metrics.Refused(RefusedBecause.BadAnswer);
            return new OrleansException($"{message} failed, and how it failed cannot be read: {exception.Message}", exception);
        }
    }

    private void OnCancel(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var callId = ResponseCodec.ReadCancel(ref reader);
        try
        {
            environment.Handler.OnCancel(connection.Peer, callId);
        }
        catch (Exception exception)
        {
            HandlerFailed(exception, FrameKind.Cancel);
        }
    }

    private void OnControl(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) throw new WireFormatException("a control frame that names no subsystem");
        try
        {
            environment.Handler.OnControl(connection.Peer, body[0], body[1..]);
        }
        catch (Exception exception)
        {
            HandlerFailed(exception, FrameKind.Control);
        }
    }

    private void HandlerFailed(Exception exception, FrameKind kind)
    {
        environment.Metrics.Refused(RefusedBecause.HandlerFailed);
        NetworkLog.HandlerFailed(environment.Logger, exception, kind, connection.Peer);
    }

    private static WireFormatException NoPing(ReadOnlySpan<byte> body) => new($"a ping of {body.Length} bytes");
}
