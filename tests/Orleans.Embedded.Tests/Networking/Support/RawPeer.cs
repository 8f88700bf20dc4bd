using System.Buffers.Binary;
using System.Net.Sockets;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>A process that writes what it likes to a silo on the loopback.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly NetworkStream _stream;

    private RawPeer(TestNode silo)
    {
        _socket.Connect(silo.Silo.Endpoint);
        _socket.NoDelay = true;
        _stream = new NetworkStream(_socket);
    }

    public static RawPeer ConnectTo(TestNode silo) => new(silo);

    /// <summary>One that has said hello and been welcomed.</summary>
    public static async Task<RawPeer> WelcomeAtAsync(TestNode silo, Action<WireWriter>? extraFields = null, ProtocolVersions? protocol = null)
    {
        var peer = ConnectTo(silo);
        await peer.SendAsync(Hello(extraFields, protocol: protocol));
        var (kind, _) = await peer.ReadFrameAsync();
        kind.ShouldBe(FrameKind.Hello);
        return peer;
    }

    public static byte[] Hello(Action<WireWriter>? extraFields = null, string cluster = "test", ProtocolVersions? protocol = null)
    {
        using var writer = new WireWriter();
        HelloCodec.Write(writer, new Hello
        {
            Peer = PeerId.OfClient(Guid.NewGuid()),
            Protocol = protocol ?? ProtocolVersions.Current,
            ClusterId = cluster,
            ServiceId = "test",
        });
        extraFields?.Invoke(writer);
        var frame = writer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(frame.Length - Frames.LengthSize));
        return frame;
    }

    public static byte[] Frame(FrameKind kind, params ReadOnlySpan<byte> body)
    {
        using var writer = new WireWriter();
        var frame = Frames.Begin(writer, kind);
        writer.WriteRaw(body);
        Frames.End(writer, frame);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>A well-formed call of the echo method.</summary>
    public static byte[] Call(string text)
    {
        using var writer = new WireWriter();
        var frame = Frames.Begin(writer, FrameKind.Request);
        var message = TestNode.NewMessage(text);
        RequestCodec.WriteHeader(writer, message, Environment.TickCount64, null);
        RequestCodec.WriteBody(writer, message);
        Frames.End(writer, frame);
        return writer.WrittenSpan.ToArray();
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // The silo has hung up, which is for the test to judge.
        }
    }

    public async Task<(FrameKind Kind, byte[] Body)> ReadFrameAsync()
    {
        using var patience = new CancellationTokenSource(TestNode.Patience);
        var header = new byte[Frames.HeaderSize];
        await _stream.ReadExactlyAsync(header, patience.Token);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - 1];
        await _stream.ReadExactlyAsync(body, patience.Token);
        return ((FrameKind)header[Frames.LengthSize], body);
    }

    /// <summary>Ends when the silo has hung up; fails if it does not.</summary>
    public async Task HungUpAsync()
    {
        using var patience = new CancellationTokenSource(TestNode.Patience);
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }
}
