using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compression with what HTTP calls deflate: the zlib format (RFC 1950), not the bare deflate stream.</summary>
/// <param name="defaultCompressionLevel">How hard to try when the caller does not say.</param>
public sealed class DeflateCompressionProvider(CompressionLevel defaultCompressionLevel) : ICompressionProvider
{
    /// <inheritdoc/>
    public string EncodingName => "deflate";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new ZLibStream(stream, compressionLevel ?? defaultCompressionLevel, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) => new ZLibStream(stream, CompressionMode.Decompress);
}
