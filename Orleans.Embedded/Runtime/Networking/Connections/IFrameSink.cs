namespace Orleans.Runtime.Networking;

/// <summary>Takes the frames that a <see cref="FrameReader"/> reads, in their order.</summary>
internal interface IFrameSink
{
    /// <summary>Some bytes have been read; frames may follow.</summary>
    void OnBatchBegin();

    /// <param name="kind">The kind, known or not.</param>
    /// <param name="body">Valid during the call only.</param>
    /// <exception cref="Serialization.WireFormatException">The frame is not what its kind says; nothing after it is to be believed.</exception>
    void OnFrame(FrameKind kind, ReadOnlySpan<byte> body);

    /// <summary>The frames in the bytes that were read are done.</summary>
    void OnBatchEnd();
}
