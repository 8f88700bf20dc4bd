using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects one message as a byte array.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private int _announcedLength;
    private byte[]? _payload;

    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer returned without calling Complete.");

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        RequireOpen();
        _payload = payload;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        RequireOpen();
        return _writer ??= _announcedLength > 0 ? new ArrayBufferWriter<byte>(_announcedLength) : new ArrayBufferWriter<byte>();
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        RequireOpen();
        _announcedLength = payloadLength;
    }

    public override void Complete()
    {
        RequireOpen();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    private void RequireOpen()
    {
        if (_payload is not null)
            throw new InvalidOperationException("The message is complete already.");
    }
}
