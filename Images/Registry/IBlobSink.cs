namespace Warren.Images.Registry;

/// <summary>Where a blob goes. It knows how far it has come, also from an earlier life of the agent.</summary>
internal interface IBlobSink
{
    /// <summary>Bytes that are there.</summary>
    long Offset { get; }

    /// <summary>Appends. When it fails, <see cref="Offset"/> tells what was written.</summary>
    Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Forgets what is there.</summary>
    Task ResetAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the blob for good if it is the right one.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.DigestMismatch"/>: it is not.</exception>
    Task CommitAsync(CancellationToken cancellationToken);
}
