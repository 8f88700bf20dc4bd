using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Logs;

/// <summary>The lines of a file from its end to its beginning. What follows the last newline is not a line yet.</summary>
internal sealed class BackwardLines
{
    private const int Chunk = 64 * 1024, MaxLine = 1024 * 1024;

    private readonly SafeFileHandle _file;
    private byte[] _buffer = new byte[2 * Chunk];
    private int _first, _last;
    private bool _isAtLineEnd;

    /// <param name="file">The file.</param>
    /// <param name="end">Where to begin; what is written later is not seen.</param>
    public BackwardLines(SafeFileHandle file, long end)
    {
        _file = file;
        _first = _last = _buffer.Length;
        Offset = end;
    }

    /// <summary>Where the line that was given last begins in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>The line before, without its end, valid until the next call; null at the beginning, or where the file is damaged.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> PreviousAsync(CancellationToken cancellationToken)
    {
        // Offset is that of the byte at _last, and the buffer holds what is before it, from _first on.
        while (!_isAtLineEnd)
        {
            var newline = _buffer.AsSpan(_first, _last - _first).LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                Offset -= _last - (_first + newline + 1);
                _last = _first + newline + 1;
                _isAtLineEnd = true;
            }
            else if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }

        if (Offset == 0) return null;
        while (true)
        {
            var previous = _buffer.AsSpan(_first, _last - 1 - _first).LastIndexOf((byte)'\n');
            var isWhole = previous >= 0 || Offset == _last - _first;
            if (isWhole)
            {
                var start = _first + previous + 1;
                var line = _buffer.AsMemory(start, _last - 1 - start);
                Offset -= _last - start;
                _last = start;
                return line;
            }

            if (!await FillAsync(cancellationToken)) return null;
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        var kept = _last - _first;
        var before = Offset - kept;
        if (before == 0 || kept > MaxLine) return false;
        var count = (int)Math.Min(Chunk, before);
        if (_first < count)
        {
            var buffer = kept + count > _buffer.Length ? new byte[Math.Max(_buffer.Length * 2, kept + count)] : _buffer;
            _buffer.AsSpan(_first, kept).CopyTo(buffer.AsSpan(buffer.Length - kept));
            _buffer = buffer;
            _last = buffer.Length;
            _first = _last - kept;
        }

        var target = _buffer.AsMemory(_first - count, count);
        for (var done = 0; done < count;)
        {
            var read = await RandomAccess.ReadAsync(_file, target[done..], before - count + done, cancellationToken);
            if (read == 0) return false;
            done += read;
        }

        _first -= count;
        return true;
    }
}
