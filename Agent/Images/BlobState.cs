namespace Warren.Agent.Images;

/// <summary>How much of one blob is here, whoever brings it.</summary>
internal sealed class BlobState(long size)
{
    private long _own;
    private DownloadState? _download;

    public long Size => size;

    public long Bytes => Math.Min(size, Math.Max(Interlocked.Read(ref _own), Volatile.Read(ref _download)?.Bytes ?? 0));

    /// <summary>Follows the download that brings it, perhaps for another pull.</summary>
    public void Follow(DownloadState download) => Volatile.Write(ref _download, download);

    public void Finish() => Interlocked.Exchange(ref _own, size);
}
