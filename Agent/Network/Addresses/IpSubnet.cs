using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Warren.Agent.Network.Addresses;

/// <summary>A range of addresses with a common prefix. Address number 0 is the subnet's own, number 1 the bridge's.</summary>
internal sealed record IpSubnet
{
    private readonly UInt128 _base;

    private IpSubnet(UInt128 baseAddress, int prefixLength, AddressFamily family)
    {
        _base = baseAddress;
        PrefixLength = prefixLength;
        Family = family;
    }

    public int PrefixLength { get; }

    public AddressFamily Family { get; }

    /// <summary>The bridge's address, by which containers reach everything else.</summary>
    public IPAddress Gateway => At(1);

    private int Bits => Family == AddressFamily.InterNetwork ? 32 : 128;

    private UInt128 Mask => PrefixLength == 0 ? 0 : (UInt128.MaxValue << (Bits - PrefixLength)) & (UInt128.MaxValue >> (128 - Bits));

    /// <summary>The subnet of an address; the bits behind the prefix are dropped.</summary>
    public static IpSubnet Of(IPAddress address, int prefixLength)
    {
        var whole = new IpSubnet(0, prefixLength, address.AddressFamily);
        return new(ToNumber(address) & whole.Mask, prefixLength, address.AddressFamily);
    }

    /// <summary>Reads <c>address/length</c>; the bits behind the prefix must be zero.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IpSubnet? subnet)
    {
        subnet = null;
        if (text?.Split('/') is not [var address, var length]) return false;
        if (!IPAddress.TryParse(address, out var parsed) || parsed.ScopeIdOrZero() != 0) return false;
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)) return false;
        if (bits > parsed.GetAddressBytes().Length * 8) return false;
        var found = Of(parsed, bits);
        if (!found.At(0).Equals(parsed)) return false;
        subnet = found;
        return true;
    }

    public IPAddress At(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _base + number);
        return new IPAddress(bytes[(16 - (Bits / 8))..]);
    }

    /// <summary>The number of an address of the subnet.</summary>
    public UInt128 NumberOf(IPAddress address) => ToNumber(address) - _base;

    public bool Contains(IPAddress address) => address.AddressFamily == Family && (ToNumber(address) & Mask) == _base;

    /// <summary>Whether all addresses of the other are in this one too.</summary>
    public bool Contains(IpSubnet other) => other.PrefixLength >= PrefixLength && Contains(other.At(0));

    public override string ToString() => $"{At(0)}/{PrefixLength}";

    private static UInt128 ToNumber(IPAddress address)
    {
        UInt128 number = 0;
        foreach (var part in address.GetAddressBytes()) number = (number << 8) | part;
        return number;
    }
}
