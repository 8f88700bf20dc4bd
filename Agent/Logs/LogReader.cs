using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Logs;

/// <summary>One pass over a container's log, from its start to its end or, following, to the end of its logger.</summary>
internal sealed class LogReader(string folder, LogQuery query, FolderWatcher watcher, FileLogStoreOptions options, TimeProvider time)
{
    // With the kernel telling of changes, a look of one's own is for file systems where it does not.
    private static readonly TimeSpan s_watchedLookInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_untilMargin = TimeSpan.FromSeconds(1);

    private long _number;
    private SafeFileHandle? _file;
    private ForwardLines? _lines;
    private LogStart _start = LogStart.Beginning;
    private DateTimeOffset _lastAt = DateTimeOffset.UnixEpoch;
    private long _damaged, _damagedInLines;

    /// <summary>The entries.</summary>
    public async IAsyncEnumerable<LogEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = query.Follow ? watcher.Subscribe(folder) : null;
        if (!Directory.Exists(folder)) yield break;
        if (query.Tail is not null) _start = await TailFinder.FindAsync(folder, query, cancellationToken);
        _number = _start.Number;
        if (_number > 0) Open(_number, _start.Offset);
        try
        {
            // The order matters: first it is seen that nothing more can come, then read to the end once more.
            while (true)
            {
                var isLast = subscription is null || IsOver(subscription);
                await foreach (var entry in ReadToEndAsync(cancellationToken)) yield return entry;
                if (isLast) break;
                await subscription!.WaitAsync(WaitLimit(subscription), time, cancellationToken);
            }

            if (TakeDamage() is { } notice) yield return notice;
        }
        finally
        {
            _file?.Dispose();
        }
    }

    private bool IsOver(FolderSubscription subscription) =>
        subscription.IsGone
        || (query.Until is { } until && time.GetUtcNow() >= until + s_untilMargin)
        || LoggerLock.Look(folder).State == LoggerState.Ended
        || !Directory.Exists(folder);

    private TimeSpan WaitLimit(FolderSubscription subscription)
    {
        var limit = subscription.Watch is null ? options.LookInterval : s_watchedLookInterval;
        if (query.Until is not { } until) return limit;
        var left = until + s_untilMargin - time.GetUtcNow();
        return left < limit ? left < TimeSpan.Zero ? TimeSpan.Zero : left : limit;
    }

    private async IAsyncEnumerable<LogEntry> ReadToEndAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // A file is complete once the next exists, so that is asked before the rest of it is read.
            var next = LogFolder.ListNumbers(folder).FirstOrDefault(number => number > _number);
            if (_lines is not null)
            {
                while (await _lines.NextAsync(cancellationToken) is { } line)
                {
                    if (Take(line) is not { } entry) continue;
                    if (TakeDamage() is { } notice) yield return notice;
                    yield return entry;
                }
            }

            if (next == 0) break;
            if (_number > 0 && next > _number + 1) yield return Notice($"{next - _number - 1} log files were removed by rotation before they were read");
            if (query.Since is not null && next > _start.Number && CanSkip(next)) (_number, _lines) = (next, null);
            // One that is removed just now is found missing in the next round.
            else if (!Open(next, 0)) continue;
        }
    }

    // Only a file that has a successor is complete and can be told from its time to hold nothing.
    private bool CanSkip(long number) =>
        LogFolder.ListNumbers(folder).Any(other => other > number) && TailFinder.IsBefore(folder, number, query.Since);

    private bool Open(long number, long offset)
    {
        var file = LogFolder.Open(folder, number);
        if (file is null) return false;
        CountDamage();
        _file?.Dispose();
        (_number, _file, _lines, _damagedInLines) = (number, file, new ForwardLines(file, offset), 0);
        return true;
    }

    private LogEntry? Take(ReadOnlyMemory<byte> line)
    {
        if (!LogLine.TryParse(line.Span, out var head))
        {
            _damaged += line.Length + 1;
            return null;
        }

        _lastAt = head.At;
        var place = new LogPlace(_number, _lines!.Offset - line.Length - 1);
        if (!TailFinder.Meets(head, query) || !_start.Includes(head.Stream, place)) return null;
        return new LogEntry(head.At, head.Stream, line[head.TextStart..].ToArray(), head.IsPartial);
    }

    private void CountDamage()
    {
        if (_lines is null) return;
        _damaged += _lines.SkippedBytes - _damagedInLines;
        _damagedInLines = _lines.SkippedBytes;
    }

    private LogEntry? TakeDamage()
    {
        CountDamage();
        if (_damaged == 0) return null;
        var notice = Notice($"{_damaged} damaged bytes of the log were left out");
        _damaged = 0;
        return notice;
    }

    private LogEntry Notice(FormattableString text) =>
        new(_lastAt, LogStream.Stderr, Encoding.UTF8.GetBytes($"[warren: {text.ToString(CultureInfo.InvariantCulture)}]"), false);
}
