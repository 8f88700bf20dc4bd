using Google.Protobuf;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Images;

/// <summary>Sends an archive in pieces, from a file or the standard input, without holding more than one.</summary>
internal static class ArchiveSource
{
    private const int PieceSize = 256 * 1024;

    /// <summary>Opens it.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static Stream Open(Call call, string file)
    {
        if (file == "-") return call.Terminal.In;
        try
        {
            // Without a buffer, whose end would wait for what is being read of a pipe.
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>Sends it to its end. A call that has ended takes no more, and says by itself why.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static async System.Threading.Tasks.Task SendAsync(Stream archive, ImportStart start, IClientStreamWriter<ImportImageRequest> to, CancellationToken cancellation)
    {
        if (!await to.TrySendAsync(new() { Start = start }, cancellation)) return;
        var piece = new byte[PieceSize];
        while (await ReadAsync(archive, piece, cancellation) is > 0 and var count)
        {
            if (!await to.TrySendAsync(new() { Data = ByteString.CopyFrom(piece, 0, count) }, cancellation)) return;
        }

        await to.CompleteAsync();
    }

    private static async Task<int> ReadAsync(Stream archive, byte[] piece, CancellationToken cancellation)
    {
        try
        {
            return await archive.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellation);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    private static CliException Unreadable(Exception failure) => new(ExitCodes.Usage, failure.Message, "name an archive that can be read, or - for standard input");
}
