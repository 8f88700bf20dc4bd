using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts the bytes of one message: either all at once, or into the buffer writer and then done.</summary>
public abstract class SerializationContext
{
    /// <summary>The whole message, already serialized.</summary>
    public abstract void Complete(byte[] payload);

    /// <summary>Takes the message piece by piece; end with <see cref="Complete()"/>.</summary>
    public abstract IBufferWriter<byte> GetBufferWriter();

    /// <summary>Announces the length of the message in bytes, before the first byte, which saves a copy.</summary>
    public abstract void SetPayloadLength(int payloadLength);

    /// <summary>The message is all in the buffer writer.</summary>
    public abstract void Complete();
}
