using System.Buffers.Binary;
using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>Exchanges <see cref="Hello"/> over a stream. Reads not a byte beyond it. The caller limits the time.</summary>
internal static class Handshake
{
    /// <summary>The side that dials: speaks first.</summary>
    /// <exception cref="ConnectException">The other side refuses, or is not the one that was meant.</exception>
    /// <exception cref="WireFormatException">The other side speaks something else.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static async Task<Hello> AsDiallerAsync(Stream stream, Hello local, CancellationToken cancellation)
    {
        await SendAsync(stream, writer => HelloCodec.Write(writer, local), cancellation);
        var (kind, body) = await ReceiveAsync(stream, cancellation);
        if (kind == FrameKind.Refusal) throw ToException(HelloCodec.ReadRefusal(body));
        if (kind != FrameKind.Hello) throw new WireFormatException($"the first frame is of kind {(byte)kind}");
        var remote = HelloCodec.Read(body);
        return HandshakeRules.JudgeListener(local, remote) is { } refusal ? throw ToException(refusal) : remote;
    }

    /// <summary>The side that was dialled: hears the other side and answers with <see cref="Hello"/> or a refusal.</summary>
    /// <returns>What the other side said and null; or the refusal that it was sent.</returns>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static async Task<(Hello? Remote, Refusal? Refusal)> AsListenerAsync(
        Stream stream, Hello local, Func<Hello, Refusal?> judge, CancellationToken cancellation)
    {
        Hello remote;
        try
        {
            var (kind, body) = await ReceiveAsync(stream, cancellation);
            if (kind != FrameKind.Hello) throw new WireFormatException($"the first frame is of kind {(byte)kind}");
            remote = HelloCodec.Read(body);
        }
        catch (WireFormatException exception)
        {
            return await RefuseAsync(stream, null, new Refusal(RefusalReason.Unreadable, exception.Message), cancellation);
        }

        if (judge(remote) is { } refusal) return await RefuseAsync(stream, remote, refusal, cancellation);
        await SendAsync(stream, writer => HelloCodec.Write(writer, local), cancellation);
        return (remote, null);
    }

    private static async Task<(Hello? Remote, Refusal? Refusal)> RefuseAsync(
        Stream stream, Hello? remote, Refusal refusal, CancellationToken cancellation)
    {
        await SendAsync(stream, writer => HelloCodec.Write(writer, refusal), cancellation);
        return (remote, refusal);
    }

    private static async Task SendAsync(Stream stream, Action<WireWriter> write, CancellationToken cancellation)
    {
        using var writer = new WireWriter();
        write(writer);
        await stream.WriteAsync(writer.WrittenMemory, cancellation);
        await stream.FlushAsync(cancellation);
    }

    private static async Task<(FrameKind Kind, byte[] Body)> ReceiveAsync(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[Frames.HeaderSize];
        await stream.ReadExactlyAsync(header, cancellation);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length is < 1 or > HelloCodec.MaxSize) throw new WireFormatException($"a first frame of {length} bytes");
        var body = new byte[(int)length - 1];
        await stream.ReadExactlyAsync(body, cancellation);
        return ((FrameKind)header[Frames.LengthSize], body);
    }

    private static ConnectException ToException(Refusal refusal) => new(
        refusal.Reason switch
        {
            RefusalReason.OtherProcess => ConnectFailure.Gone,
            RefusalReason.Stopping => ConnectFailure.Stopping,
            _ => ConnectFailure.Refused,
        },
        refusal.Text);
}
