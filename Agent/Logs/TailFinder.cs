namespace Warren.Agent.Logs;

/// <summary>Finds where the last lines of a log begin, reading from its end and no more than needed.</summary>
internal static class TailFinder
{
    // How far above the last lines their first parts are looked for, when the other stream has written in between.
    private const long PartsLimit = 1024 * 1024;

    /// <param name="folder">The container's log files.</param>
    /// <param name="query">What the lines must meet, and how many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<LogStart> FindAsync(string folder, LogQuery query, CancellationToken cancellationToken)
    {
        var numbers = LogFolder.ListNumbers(folder);
        var scan = new TailScan(query.Tail!.Value);
        var last = new LogPlace(0, 0);
        var afterFull = 0L;
        for (var i = numbers.Count - 1; i >= 0; i--)
        {
            using var file = LogFolder.Open(folder, numbers[i]);
            // Removed meanwhile, and with it all before.
            if (file is null) break;
            var lines = new BackwardLines(file, RandomAccess.GetLength(file));
            var line = await lines.PreviousAsync(cancellationToken);
            // Behind the last whole line: what follows it is not written to its end yet.
            if (last.Number == 0) last = new LogPlace(numbers[i], line is null ? 0 : lines.Offset + line.Value.Length + 1);
            for (; line is { } bytes && !scan.IsComplete && afterFull < PartsLimit; line = await lines.PreviousAsync(cancellationToken))
            {
                if (scan.IsFull) afterFull += bytes.Length + 1;
                if (LogLine.TryParse(bytes.Span, out var head) && Meets(head, query)) scan.Take(head.Stream, head.IsPartial, new(numbers[i], lines.Offset));
            }

            if (scan.IsComplete || afterFull >= PartsLimit || IsBefore(folder, numbers[i], query.Since)) break;
        }

        var begins = scan.Begins;
        var first = begins.Values.Min();
        // Lines that come while this looks are new ones and follow.
        if (first == LogPlace.End) first = last;
        return new LogStart(first.Number, first.Offset, begins.ToDictionary(pair => pair.Key, pair => pair.Value == LogPlace.End ? last : pair.Value));
    }

    public static bool Meets(in LogLineHead head, LogQuery query) =>
        (query.Stream is null || query.Stream == head.Stream)
        && (query.Since is null || head.At >= query.Since)
        && (query.Until is null || head.At < query.Until);

    /// <summary>Whether a file was written to its end before a time. The kernel's clock for files is coarse, hence the second.</summary>
    public static bool IsBefore(string folder, long number, DateTimeOffset? time) =>
        time is { } since && File.GetLastWriteTimeUtc(LogFolder.PathOf(folder, number)) is var written
        && written.Year > 1601 && written < since.UtcDateTime - TimeSpan.FromSeconds(1);
}
