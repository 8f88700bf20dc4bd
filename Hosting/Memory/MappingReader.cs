using System.Globalization;

namespace Warren.Hosting.Memory;

/// <summary>
/// Reads the list of a process's mappings, proc_pid_smaps(5): a line "from-to permissions offset device inode path" for each, and lines "Name: n kB" for
/// what of it is in memory.
/// </summary>
internal static class MappingReader
{
    /// <summary>
    /// The mappings of files that have pages in memory and none that differs from the file: they cannot be written to, and were not before they were
    /// protected, as by a relocation.
    /// </summary>
    public static List<MappedRange> Unwritten(TextReader smaps)
    {
        var ranges = new List<MappedRange>();
        MappedRange? candidate = null;
        var (isResident, isWritten) = (false, false);
        while (smaps.ReadLine() is { } line)
        {
            if (FieldOf(line) is not { } field)
            {
                Take();
                candidate = Parse(line);
                (isResident, isWritten) = (false, false);
            }
            else if (candidate is not null && Kilobytes(line, field.Length) > 0)
            {
                isResident |= field is "Rss";
                isWritten |= field is "Private_Dirty" or "Shared_Dirty" or "Anonymous" or "Swap";
            }
        }

        Take();
        return ranges;

        void Take()
        {
            if (candidate is { } range && isResident && !isWritten) ranges.Add(range);
        }
    }

    // The first word of such a line ends with a colon, that of a mapping never does.
    private static string? FieldOf(string line)
    {
        var end = line.AsSpan().IndexOfAny(':', ' ');
        return end > 0 && line[end] == ':' ? line[..end] : null;
    }

    private static long Kilobytes(string line, int from) =>
        line.EndsWith(" kB", StringComparison.Ordinal) ? long.Parse(line.AsSpan(from + 1, line.Length - from - 4), CultureInfo.InvariantCulture) : 0;

    private static MappedRange? Parse(string line)
    {
        const int Parts = 6;
        Span<Range> parts = stackalloc Range[Parts];
        if (line.AsSpan().Split(parts, ' ', StringSplitOptions.RemoveEmptyEntries) < Parts) return null;
        var addresses = line.AsSpan()[parts[0]];
        var permissions = line.AsSpan()[parts[1]];
        var path = line[parts[Parts - 1]];
        if (permissions[1] == 'w' || !path.StartsWith('/')) return null;
        var dash = addresses.IndexOf('-');
        var (from, to) = (Hex(addresses[..dash]), Hex(addresses[(dash + 1)..]));
        return new(from, to - from, path);
    }

    private static nint Hex(ReadOnlySpan<char> text) => nint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
