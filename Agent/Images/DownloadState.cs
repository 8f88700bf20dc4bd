namespace Warren.Agent.Images;

/// <summary>How many bytes a download has brought.</summary>
internal sealed class DownloadState
{
    private long _bytes;

    public long Bytes
    {
        get => Interlocked.Read(ref _bytes);
        set => Interlocked.Exchange(ref _bytes, value);
    }
}
