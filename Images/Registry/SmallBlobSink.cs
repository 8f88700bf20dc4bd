using Warren.Images.Formats;

namespace Warren.Images.Registry;

/// <summary>Takes a small blob into memory.</summary>
internal sealed class SmallBlobSink(string digest) : IBlobSink, IDisposable
{
    private readonly MemoryStream _bytes = new();

    public long Offset => _bytes.Length;

    /// <summary>What has come.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _bytes.WriteAsync(bytes, cancellationToken).AsTask();

    public Task ResetAsync(CancellationToken cancellationToken)
    {
        _bytes.SetLength(0);
        return Task.CompletedTask;
    }

    public Task CommitAsync(CancellationToken cancellationToken) => Digests.Of(Bytes.Span) == digest
        ? Task.CompletedTask
        : throw new ImageException(ImageFault.DigestMismatch, $"The blob should have the digest {digest}, and has {Digests.Of(Bytes.Span)}.");

    public void Dispose() => _bytes.Dispose();
}
