namespace Grpc.Core;

/// <summary>How one message is written. The numbers are compiled into callers.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer for more.</summary>
    BufferHint = 0x1,

    /// <summary>The message is sent as it is even when the call is compressed.</summary>
    NoCompress = 0x2,
}
