using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Images.Archives;

/// <summary>A file within an archive on disk.</summary>
internal sealed record ArchivedFile(SafeFileHandle Archive, long Offset, long Length)
{
    private const int BufferSize = 512 * 1024;

    /// <summary>Reads part after part.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="take">Gets each part; it is valid only during the call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReadAsync(long from, Func<ReadOnlyMemory<byte>, Task> take, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var done = from; done < Length;)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(BufferSize, Length - done));
                var read = await RandomAccess.ReadAsync(Archive, part, Offset + done, cancellationToken);
                if (read == 0) throw new ImageException(ImageFault.Malformed, "The archive is cut off.");
                await take(part[..read]);
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<string> DigestAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(
            0,
            part =>
            {
                hash.AppendData(part.Span);
                return Task.CompletedTask;
            },
            cancellationToken);
        return Digests.ToText(hash.GetHashAndReset());
    }

    /// <summary>The first bytes, by which compressed files are told from plain ones.</summary>
    public async Task<byte[]> HeadAsync(int count, CancellationToken cancellationToken)
    {
        var head = new byte[Math.Min(count, Length)];
        var read = await RandomAccess.ReadAsync(Archive, head, Offset, cancellationToken);
        return head[..read];
    }
}
