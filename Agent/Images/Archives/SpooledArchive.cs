using System.IO.Compression;
using Warren.Images;

namespace Warren.Agent.Images.Archives;

/// <summary>An archive as a plain tar file in the data folder, which is gone when it is disposed, or the process ends.</summary>
internal sealed class SpooledArchive : IAsyncDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int NoSpaceErrno = 28, QuotaErrno = 122;

    private readonly FileStream _file;
    private readonly TarIndex _index;

    private SpooledArchive(FileStream file, TarIndex index)
    {
        _file = file;
        _index = index;
    }

    /// <summary>Reads an archive to its end.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.Malformed"/> or <see cref="ImageFault.NoSpace"/></exception>
    public static async Task<SpooledArchive> ReadAsync(Stream archive, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        FileStream? file = null;
        try
        {
            file = CreateUnlinked(folder);
            var head = new byte[4];
            var read = await archive.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            await using var whole = new PrefixedStream(head.AsMemory(0, read), archive);
            switch (head)
            {
                case [0x1F, 0x8B, ..]:
                    await using (var plain = new GZipStream(whole, CompressionMode.Decompress))
                        await plain.CopyToAsync(file, BufferSize, cancellationToken);
                    break;
                case [0x28, 0xB5, 0x2F, 0xFD]:
                    throw new ImageException(ImageFault.Malformed, "The archive is compressed by zstd; give it plain or compressed by gzip.");
                default:
                    await whole.CopyToAsync(file, BufferSize, cancellationToken);
                    break;
            }
            await file.FlushAsync(cancellationToken);
            var spooled = new SpooledArchive(file, await TarIndex.ReadAsync(file, cancellationToken));
            file = null;
            return spooled;
        }
        catch (InvalidDataException e)
        {
            throw new ImageException(ImageFault.Malformed, $"The archive cannot be decompressed: {e.Message}", e);
        }
        catch (IOException e) when (e.HResult is NoSpaceErrno or QuotaErrno)
        {
            throw new ImageException(ImageFault.NoSpace, $"There is no room for the archive in {folder}: {e.Message}", e);
        }
        finally
        {
            if (file is not null) await file.DisposeAsync();
        }
    }

    public bool Has(string path) => _index.Find(path) is not null;

    /// <summary>A small file, or null.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadFileAsync(string path, int most, CancellationToken cancellationToken)
    {
        if (_index.Find(path) is not { } place) return null;
        if (place.Length > most) throw new ImageException(ImageFault.Malformed, $"The archive's file {path} has {place.Length} bytes, and at most {most} are read.");
        var bytes = new byte[place.Length];
        await RandomReadAsync(bytes, place.Offset, cancellationToken);
        return bytes;
    }

    /// <summary>A file of any size, or null. Several may be read at once.</summary>
    public ArchivedFile? Open(string path) => _index.Find(path) is { } place ? new ArchivedFile(_file.SafeFileHandle, place.Offset, place.Length) : null;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async Task RandomReadAsync(Memory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var read = await RandomAccess.ReadAsync(_file.SafeFileHandle, bytes[done..], offset + done, cancellationToken);
            if (read == 0) throw new ImageException(ImageFault.Malformed, "The archive is cut off.");
            done += read;
        }
    }

    // Without a name from the beginning: a process that is killed leaves nothing behind.
    private static FileStream CreateUnlinked(string folder)
    {
        var path = Path.Combine(folder, "import-" + Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous,
            // What comes is in large parts; and a buffer that a full disk did not take would fail again at the closing.
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        return file;
    }
}
