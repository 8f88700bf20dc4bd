using System.Buffers.Text;

namespace Warren.Agent.Logs;

/// <summary>
/// A line of a log file as the logger writes it: <c>2026-11-25T19:00:35.123456789Z stdout F text</c>. Pure.
/// </summary>
internal static class LogLine
{
    // The time, the stream and the tag, each with a blank after it.
    private const int TimeLength = 30, StreamStart = TimeLength + 1, TagStart = StreamStart + 7, TextStart = TagStart + 2;

    /// <summary>Reads the time, stream and tag. False if this is no such line; a disk that lost power may hold anything.</summary>
    /// <param name="line">The bytes, without the line end.</param>
    /// <param name="head">What was read.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogLineHead head)
    {
        head = default;
        if (line.Length < TextStart || line[TimeLength] != ' ' || line[TagStart - 1] != ' ' || line[TextStart - 1] != ' ') return false;
        if (!TryParseTime(line[..TimeLength], out var at)) return false;
        var name = line[StreamStart..(TagStart - 1)];
        LogStream stream;
        if (name.SequenceEqual("stdout"u8)) stream = LogStream.Stdout;
        else if (name.SequenceEqual("stderr"u8)) stream = LogStream.Stderr;
        else return false;
        if (line[TagStart] is not ((byte)'F' or (byte)'P')) return false;
        head = new LogLineHead(at, stream, line[TagStart] == 'P', TextStart);
        return true;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out DateTimeOffset at)
    {
        at = default;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[29] != 'Z') return false;
        if (!TryParseDigits(text[..4], out var year) || year == 0
            || !TryParseDigits(text[5..7], out var month) || month is 0 or > 12
            || !TryParseDigits(text[8..10], out var day) || day == 0 || day > DateTime.DaysInMonth(year, month)
            || !TryParseDigits(text[11..13], out var hour) || hour > 23
            || !TryParseDigits(text[14..16], out var minute) || minute > 59
            || !TryParseDigits(text[17..19], out var second) || second > 59
            || !TryParseDigits(text[20..29], out var nanosecond))
        {
            return false;
        }

        at = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(nanosecond / TimeSpan.NanosecondsPerTick);
        return true;
    }

    private static bool TryParseDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        return !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
    }
}
