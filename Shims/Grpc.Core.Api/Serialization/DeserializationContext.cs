using System.Buffers;

namespace Grpc.Core;

/// <summary>The bytes of one received message; to be read once, while the marshaller runs.</summary>
public abstract class DeserializationContext
{
    /// <summary>The length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy that belongs to the caller.</summary>
    public abstract byte[] PayloadAsNewBuffer();

    /// <summary>The bytes in place; they are gone when the marshaller returns.</summary>
    public abstract ReadOnlySequence<byte> PayloadAsReadOnlySequence();
}
