using System.Buffers.Text;
using System.Text;
using Warren.Images;

namespace Warren.Agent.Images.Archives;

/// <summary>
/// Where the files of a tar archive lie in it. Reads ustar with the extensions of POSIX (pax) and GNU for long names and sizes, in bounded memory: nothing is
/// unpacked, and a name that would lead out of the archive is refused.
/// </summary>
internal sealed class TarIndex
{
    private const int Block = 512, MaxEntries = 200_000, MaxExtension = 1024 * 1024, MaxLinks = 16;

    private readonly Dictionary<string, (long Offset, long Length)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    private TarIndex()
    {
    }

    /// <exception cref="ImageException"><see cref="ImageFault.Malformed"/></exception>
    public static async Task<TarIndex> ReadAsync(Stream archive, CancellationToken cancellationToken)
    {
        var index = new TarIndex();
        var header = new byte[Block];
        var entries = 0;
        Extensions extensions = new();
        for (archive.Position = 0; ;)
        {
            var read = await archive.ReadAtLeastAsync(header, Block, throwOnEndOfStream: false, cancellationToken);
            // Some writers leave out the two empty blocks at the end.
            var isEnd = read == 0 || (read == Block && header.AsSpan().IndexOfAnyExcept((byte)0) < 0);
            if (isEnd && extensions == new Extensions()) return index;
            if (read < Block || !HasChecksum(header)) throw Malformed("it is no tar file, or is cut off");
            if (++entries > MaxEntries) throw Malformed($"it has more than {MaxEntries} entries");

            var type = (char)header[156];
            var size = extensions.Size ?? Number(header.AsSpan(124, 12));
            var start = archive.Position;
            if (size < 0 || start + size > archive.Length) throw Malformed("an entry goes on after the end of the file");
            if (type is 'x' or 'L' or 'K')
            {
                if (size > MaxExtension) throw Malformed($"an entry's extended header has {size} bytes, and at most {MaxExtension} are read");
                var body = new byte[size];
                await archive.ReadExactlyAsync(body, cancellationToken);
                extensions = Extend(extensions, type, body);
            }
            else if (type is not 'g')
            {
                index.Add(type, extensions.Path ?? Name(header), extensions.Link ?? Text(header.AsSpan(157, 100)), start, size);
                extensions = new();
            }
            archive.Position = start + (size + Block - 1) / Block * Block;
        }
    }

    /// <summary>Where a file lies, through links within the archive; null if it is not there.</summary>
    public (long Offset, long Length)? Find(string path)
    {
        var name = Normalize(path);
        for (var links = 0; links <= MaxLinks; links++)
        {
            if (_files.TryGetValue(name, out var place)) return place;
            if (!_links.TryGetValue(name, out var target)) return null;
            name = target;
        }
        throw Malformed($"'{path}' is a link to a link, more than {MaxLinks} times");
    }

    private void Add(char type, string path, string link, long start, long size)
    {
        switch (type)
        {
            case '0' or '\0' or '7':
                // As when it is unpacked, the last of a name counts.
                _files[Normalize(path)] = (start, size);
                _links.Remove(Normalize(path));
                break;
            case '1':
                _links[Normalize(path)] = Normalize(link);
                break;
            case '2':
                var folder = Normalize(path) is var own && own.LastIndexOf('/') is >= 0 and var slash ? own[..(slash + 1)] : "";
                _links[own] = Normalize(folder + link);
                break;
            case '5':
                Normalize(path);
                break;
            default:
                throw Malformed($"'{path}' is neither file, folder nor link (type '{type}')");
        }
    }

    // Without "." and "..", so that two spellings are one name.
    private static string Normalize(string path)
    {
        if (path.StartsWith('/')) throw Malformed($"'{Shorten(path)}' is an absolute path");
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..")
            {
                parts.Add(part);
                continue;
            }
            if (parts.Count == 0) throw Malformed($"'{Shorten(path)}' leads out of the archive");
            parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    private static Extensions Extend(Extensions extensions, char type, byte[] body) => type switch
    {
        'L' => extensions with { Path = Text(body) },
        'K' => extensions with { Link = Text(body) },
        _ => ExtendByPax(extensions, body),
    };

    // Records of "length name=value\n".
    private static Extensions ExtendByPax(Extensions extensions, ReadOnlySpan<byte> body)
    {
        while (body.Length > 0 && body[0] != 0)
        {
            if (!Utf8Parser.TryParse(body, out int length, out var digits) || length <= digits + 1 || length > body.Length || body[length - 1] != '\n')
                throw Malformed("an extended header cannot be read");
            var record = Encoding.UTF8.GetString(body[(digits + 1)..(length - 1)]);
            body = body[length..];
            var equals = record.IndexOf('=');
            if (equals < 0) throw Malformed("an extended header cannot be read");
            var value = record[(equals + 1)..];
            extensions = record[..equals] switch
            {
                "path" => extensions with { Path = value },
                "linkpath" => extensions with { Link = value },
                "size" when long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var size) => extensions with { Size = size },
                _ => extensions,
            };
        }
        return extensions;
    }

    private static string Name(ReadOnlySpan<byte> header)
    {
        var name = Text(header[..100]);
        var isPosix = header.Slice(257, 6).SequenceEqual("ustar\0"u8);
        return isPosix && Text(header.Slice(345, 155)) is { Length: > 0 } prefix ? $"{prefix}/{name}" : name;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    // Octal digits, or GNU's binary form for what is too large for them.
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            long value = field[0] & 0x3F;
            foreach (var part in field[1..])
            {
                if (value > long.MaxValue >> 8) return -1;
                value = (value << 8) | part;
            }
            return value;
        }
        long octal = 0;
        foreach (var digit in field)
        {
            if (digit is (byte)' ' or 0) continue;
            if (digit is < (byte)'0' or > (byte)'7') return -1;
            octal = octal * 8 + (digit - '0');
        }
        return octal;
    }

    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
        {
            if (i is < 148 or >= 156) sum += header[i];
        }
        return Number(header.Slice(148, 8)) == sum;
    }

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..120] + "…";

    private static ImageException Malformed(string problem) => new(ImageFault.Malformed, $"The archive cannot be used: {problem}.");

    private sealed record Extensions(string? Path = null, string? Link = null, long? Size = null);
}
