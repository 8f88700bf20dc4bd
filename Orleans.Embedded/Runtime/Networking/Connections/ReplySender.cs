using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>Sends the outcomes of the calls that came over a connection.</summary>
/// <param name="connection">The connection.</param>
/// <param name="encoder">Writes its frames.</param>
/// <param name="reserve">Bytes of the connection's queue that are kept for answers which say that an answer was lost.</param>
internal sealed class ReplySender(Connection connection, FrameEncoder encoder, int reserve) : IReplySink
{
    public void Complete<TResult>(Message request, TResult result)
    {
        using var scratch = ScratchWriter.Rent();
        encoder.Result(scratch.Writer, request.CallId, result);
        Send(request.CallId, scratch.Writer);
    }

    public void Fail(Message request, Exception exception)
    {
        using var scratch = ScratchWriter.Rent();
        encoder.Failure(scratch.Writer, request.CallId, exception);
        Send(request.CallId, scratch.Writer);
    }

    public void Reject(Message request, RejectionKind kind, string reason) => Reject(request.CallId, kind, reason);

    public void Reject(long callId, RejectionKind kind, string reason)
    {
        using var scratch = ScratchWriter.Rent();
        encoder.Rejection(scratch.Writer, callId, kind, reason);
        Send(callId, scratch.Writer);
    }

    /// <summary>
    /// An answer that does not fit into the queue is replaced by a short one that says so. When there is no room for that either, the
    /// other side takes nothing, and its calls end with the connection.
    /// </summary>
    private void Send(long callId, WireWriter writer)
    {
        var length = writer.Length;
        var room = connection.TryAppendReply(writer.WrittenSpan, reserve: 0, out var queued);
        if (!room)
        {
            // It has run, so it must not look as if it were safe to send the call again.
            writer.Truncate();
            encoder.Failure(writer, callId, new LimitExceededException(
                $"The call has run, but its answer of {length} bytes is lost: {queued} bytes wait already to be sent to {connection.Peer}."));
            room = connection.TryAppendReply(writer.WrittenSpan, reserve, out queued);
        }

        if (!room) connection.Close(new SiloUnavailableException($"{connection.Peer} does not read its answers: {queued} bytes wait for it."));
        connection.Settle();
    }
}
