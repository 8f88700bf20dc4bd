using System.Buffers.Binary;
using System.Text.Json;

namespace Warren.Hosting.Joining;

/// <summary>Messages over a stream: four bytes of length, most significant first, and as many of JSON.</summary>
internal static class JoinChannel
{
    private const int MaxSize = 64 * 1024;

    public static async Task SendAsync(Stream stream, JoinMessage message, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        var frame = new byte[sizeof(int) + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame.AsSpan(sizeof(int)));
        await stream.WriteAsync(frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <exception cref="InvalidDataException">The other side says something else.</exception>
    /// <exception cref="EndOfStreamException">It ends before it has said all.</exception>
    public static async Task<JoinMessage> ReceiveAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var size = BinaryPrimitives.ReadInt32BigEndian(head);
        if (size is < 0 or > MaxSize) throw new InvalidDataException($"a message of {size} bytes is none of joining, which has at most {MaxSize}");
        var body = new byte[size];
        await stream.ReadExactlyAsync(body, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<JoinMessage>(body) ?? throw new InvalidDataException("an empty message is none of joining");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"a message cannot be read: {failure.Message}", failure);
        }
    }
}
