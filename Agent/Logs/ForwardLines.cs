using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Logs;

/// <summary>
/// The lines of a growing file from an offset on. What follows the last newline is not a line yet: the logger may take it back.
/// </summary>
internal sealed class ForwardLines(SafeFileHandle file, long offset)
{
    // Far more than the logger's longest line; only damage is longer.
    private const int MaxLine = 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;
    private bool _isSkipping;

    /// <summary>Where the next line begins in the file.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Bytes of lines too long to be any; left out so far.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>
    /// The next line without its end, valid until the next call; null when there is no whole one yet. May be asked again.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _buffer.AsMemory(_start, length);
                _start += length + 1;
                Offset += length + 1;
                if (!_isSkipping) return line;
                SkippedBytes += length + 1;
                _isSkipping = false;
                continue;
            }

            if (_end - _start >= MaxLine) SkipBuffer();
            if (!await FillAsync(cancellationToken))
            {
                // What is in the buffer may be taken back by the logger and written anew, so it is read anew too.
                _start = _end = 0;
                return null;
            }
        }
    }

    private void SkipBuffer()
    {
        SkippedBytes += _end - _start;
        Offset += _end - _start;
        _start = _end = 0;
        _isSkipping = true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await RandomAccess.ReadAsync(file, _buffer.AsMemory(_end), Offset + _end, cancellationToken);
        _end += read;
        return read > 0;
    }
}
