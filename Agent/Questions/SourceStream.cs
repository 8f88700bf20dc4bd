using Warren.Questions;

namespace Warren.Agent.Questions;

/// <summary>Bytes that a manager's caller has, as a stream that is read once. Each piece is asked for when the one before is used up, so that no more than one is held.</summary>
internal sealed class SourceStream(INodeSource source) : Stream
{
    private ReadOnlyMemory<byte> _piece;
    private bool _isEnd;
    private long _read;

    /// <summary>Whether all of it was read.</summary>
    public bool IsRead => Volatile.Read(ref _isEnd) && _piece.IsEmpty;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Interlocked.Read(ref _read);
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">Whoever had the bytes is gone.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_piece.IsEmpty && !_isEnd)
        {
            var next = await source.NextAsync().WaitAsync(cancellationToken);
            if (next.IsGone) throw new IOException("the archive broke off before its end");
            (_piece, _isEnd) = (next.Data, next.IsEnd);
        }

        var count = Math.Min(_piece.Length, buffer.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        Interlocked.Add(ref _read, count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("It is read by calls, which are awaited.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
