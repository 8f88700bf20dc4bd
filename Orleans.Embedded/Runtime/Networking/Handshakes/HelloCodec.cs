using System.Text;
using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>The bodies of <see cref="FrameKind.Hello"/> and <see cref="FrameKind.Refusal"/>: a magic number and tagged fields, unknown ones skipped.</summary>
internal static class HelloCodec
{
    /// <summary>Bytes of the body at most: read before the other process is known, so kept small.</summary>
    public const int MaxSize = 4096;

    private static ReadOnlySpan<byte> Magic => "\x00VACTOR\x01"u8;

    public static void Write(WireWriter writer, Hello hello)
    {
        var frame = Frames.Begin(writer, FrameKind.Hello);
        writer.WriteRaw(Magic);
        writer.WriteTag(1, WireType.Varint);
        writer.WriteVarint((ulong)hello.Protocol.Min);
        writer.WriteTag(2, WireType.Varint);
        writer.WriteVarint((ulong)hello.Protocol.Max);
        WriteString(writer, 3, hello.ClusterId);
        WriteString(writer, 4, hello.ServiceId);
        if (hello.Peer.Silo is { } silo)
        {
            WriteString(writer, 5, silo.ToParsableString());
        }
        else
        {
            writer.WriteTag(6, WireType.LengthPrefixed);
            writer.WriteBytes(hello.Peer.Client.ToByteArray());
        }

        WriteString(writer, 7, hello.SoftwareVersion);
        if (hello.Dialled is { } dialled) WriteString(writer, 8, dialled.ToParsableString());
        writer.WriteTag(9, WireType.Varint);
        writer.WriteVarint((ulong)hello.Attempt);
        Frames.End(writer, frame);
    }

    /// <exception cref="WireFormatException">The bytes do not come from a process that speaks any version of this protocol.</exception>
    public static Hello Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic)) throw new WireFormatException("the first bytes are not those of this protocol");
        var reader = new WireReader(body[Magic.Length..]);
        int min = 0, max = 0;
        string cluster = "", service = "", software = "";
        SiloAddress? silo = null, dialled = null;
        Guid client = default;
        long attempt = 0;
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id, type)
            {
                case (1, WireType.Varint): min = ReadVersion(ref reader); break;
                case (2, WireType.Varint): max = ReadVersion(ref reader); break;
                case (3, WireType.LengthPrefixed): cluster = reader.ReadString(); break;
                case (4, WireType.LengthPrefixed): service = reader.ReadString(); break;
                case (5, WireType.LengthPrefixed): silo = ReadSilo(ref reader); break;
                case (6, WireType.LengthPrefixed): client = ReadClient(ref reader); break;
                case (7, WireType.LengthPrefixed): software = Printable(reader.ReadString()); break;
                case (8, WireType.LengthPrefixed): dialled = ReadSilo(ref reader); break;
                case (9, WireType.Varint): attempt = (long)reader.ReadVarint(); break;
                default: reader.Skip(type); break;
            }
        }

        if (min < 1 || max < min) throw new WireFormatException($"protocol versions {min} to {max} are no range");
        if (silo is null == (client == default)) throw new WireFormatException("a process is either a silo or a client");
        return new Hello
        {
            Peer = silo is null ? PeerId.OfClient(client) : PeerId.OfSilo(silo),
            Protocol = new ProtocolVersions(min, max),
            ClusterId = cluster,
            ServiceId = service,
            SoftwareVersion = software,
            Dialled = dialled,
            Attempt = attempt,
        };
    }

    public static void Write(WireWriter writer, Refusal refusal)
    {
        var frame = Frames.Begin(writer, FrameKind.Refusal);
        writer.WriteRaw(Magic);
        writer.WriteTag(1, WireType.Varint);
        writer.WriteVarint((byte)refusal.Reason);
        WriteString(writer, 2, refusal.Text.Length <= MaxSize / 8 ? refusal.Text : refusal.Text[..(MaxSize / 8)]);
        Frames.End(writer, frame);
    }

    /// <exception cref="WireFormatException">The bytes are no refusal.</exception>
    public static Refusal ReadRefusal(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic)) throw new WireFormatException("the first bytes are not those of this protocol");
        var reader = new WireReader(body[Magic.Length..]);
        RefusalReason reason = 0;
        var text = "";
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id, type)
            {
                case (1, WireType.Varint): reason = (RefusalReason)Math.Min(reader.ReadVarint(), byte.MaxValue); break;
                case (2, WireType.LengthPrefixed): text = Printable(reader.ReadString()); break;
                default: reader.Skip(type); break;
            }
        }

        return new Refusal(reason, text);
    }

    private static void WriteString(WireWriter writer, uint id, string value)
    {
        writer.WriteTag(id, WireType.LengthPrefixed);
        writer.WriteString(value);
    }

    private static int ReadVersion(ref WireReader reader) => (int)Math.Min(reader.ReadVarint(), int.MaxValue);

    private static SiloAddress ReadSilo(ref WireReader reader)
    {
        var text = reader.ReadString();
        return SiloAddress.TryParse(text, out var silo) ? silo : throw new WireFormatException($"'{Printable(text)}' is no silo address");
    }

    private static Guid ReadClient(ref WireReader reader)
    {
        var bytes = reader.ReadBytes();
        return bytes.Length == 16 ? new Guid(bytes) : throw new WireFormatException($"a client id of {bytes.Length} bytes");
    }

    /// <summary>Text of others goes to logs: without control characters, which could forge lines.</summary>
    private static string Printable(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) ? '?' : c);
        return clean.ToString();
    }
}
