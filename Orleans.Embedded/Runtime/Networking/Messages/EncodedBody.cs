using System.Buffers;

namespace Orleans.Runtime.Networking;

/// <summary>
/// The user's part of a message that must wait: encoded when it was sent, since the caller may change the arguments afterwards. Given
/// back to the pool by <see cref="Dispose"/>.
/// </summary>
internal readonly struct EncodedBody : IDisposable
{
    private readonly byte[]? _bytes;

    private EncodedBody(byte[] bytes, int length) => (_bytes, Length) = (bytes, length);

    public int Length { get; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public bool IsDefault => _bytes is null;

    /// <summary>Throws what a codec throws.</summary>
    public static EncodedBody Of(Message message)
    {
        using var scratch = ScratchWriter.Rent();
        RequestCodec.WriteBody(scratch.Writer, message);
        return Of(scratch.Writer.WrittenSpan);
    }

    public static EncodedBody Of(ReadOnlySpan<byte> bytes)
    {
        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        return new EncodedBody(copy, bytes.Length);
    }

    public void Dispose()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
