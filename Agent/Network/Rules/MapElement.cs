using System.Buffers.Binary;
using System.Net;
using Warren.Containers;

namespace Warren.Agent.Network.Rules;

/// <summary>An entry of one of the table's maps, as the kernel keeps it.</summary>
/// <param name="Map">The map's name.</param>
/// <param name="Key">What is looked up.</param>
/// <param name="Value">What is found; empty in a set.</param>
internal sealed record MapElement(string Map, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    private const int FieldLength = 4;
    private const byte Tcp = 6, Udp = 17;

    public static MapElement Create(string map, IPAddress? hostAddress, PortProtocol protocol, int port, IPAddress? target, int targetPort)
    {
        var number = protocol == PortProtocol.Tcp ? Tcp : Udp;
        return new(
            map,
            (byte[])[.. hostAddress?.GetAddressBytes() ?? [], number, 0, 0, 0, .. PortField(port)],
            target is null ? default : (byte[])[.. target.GetAddressBytes(), .. PortField(targetPort)]);
    }

    /// <summary>The protocol and port at the end of the key; null for what is neither tcp nor udp.</summary>
    public (PortProtocol Protocol, int Port)? ParseKey()
    {
        if (Key.Length < 2 * FieldLength) return null;
        var end = Key.Span[^(2 * FieldLength)..];
        var port = BinaryPrimitives.ReadUInt16BigEndian(end[FieldLength..]);
        return end[0] switch
        {
            Tcp => (PortProtocol.Tcp, port),
            Udp => (PortProtocol.Udp, port),
            _ => null,
        };
    }

    /// <summary>The address before protocol and port in the key; null if it has none.</summary>
    public IPAddress? ParseHostAddress() => ParseAddress(Key.Span[..Math.Max(0, Key.Length - (2 * FieldLength))]);

    /// <summary>Where it leads to; null in a set.</summary>
    public IPEndPoint? ParseTarget() =>
        Value.Length > FieldLength && ParseAddress(Value.Span[..^FieldLength]) is { } address
            ? new(address, BinaryPrimitives.ReadUInt16BigEndian(Value.Span[^FieldLength..]))
            : null;

    /// <summary>As nft writes it.</summary>
    public string ToNft()
    {
        var (protocol, port) = ParseKey() ?? throw new InvalidOperationException($"{this} is none of ours");
        var key = $"{(ParseHostAddress() is { } host ? $"{host} . " : "")}{protocol.ToString().ToLowerInvariant()} . {port}";
        return ParseTarget() is { } target ? $"{key} : {target.Address} . {target.Port}" : key;
    }

    public bool Equals(MapElement? other) =>
        other is not null && Map == other.Map && Key.Span.SequenceEqual(other.Key.Span) && Value.Span.SequenceEqual(other.Value.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Map);
        hash.AddBytes(Key.Span);
        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var key = ParseKey() is var (protocol, port) ? $"{protocol.ToString().ToLowerInvariant()} {port}" : Convert.ToHexString(Key.Span);
        var address = ParseHostAddress() is { } host ? $"{host} " : "";
        return $"{Map}: {address}{key}{(ParseTarget() is { } target ? $" to {target}" : "")}";
    }

    private static IPAddress? ParseAddress(ReadOnlySpan<byte> bytes) => bytes.Length is 4 or 16 ? new(bytes) : null;

    private static byte[] PortField(int port) => [(byte)(port >> 8), (byte)port, 0, 0];
}
