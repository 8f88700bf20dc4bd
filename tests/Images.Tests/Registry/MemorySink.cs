using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Images.Tests.Registry;

/// <summary>Takes a blob, and keeps only the right one, as containerd does.</summary>
internal sealed class MemorySink(string digest, params byte[] begun) : IBlobSink
{
    private List<byte> _bytes = [.. begun];

    public long Offset => _bytes.Count;

    public int Resets { get; private set; }

    public byte[]? Kept { get; private set; }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _bytes.AddRange(bytes.Span);
        return Task.CompletedTask;
    }

    public Task ResetAsync(CancellationToken cancellationToken)
    {
        Resets++;
        _bytes = [];
        return Task.CompletedTask;
    }

    public Task CommitAsync(CancellationToken cancellationToken)
    {
        if (Digests.Of([.. _bytes]) != digest) throw new ImageException(ImageFault.DigestMismatch, "The sink got other bytes.");
        Kept = [.. _bytes];
        return Task.CompletedTask;
    }
}
