using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace Orleans.Runtime;

/// <summary>
/// One life of one silo: where it listens and a generation that is greater each time a silo starts there. Written as
/// <c>address:port@generation</c>.
/// </summary>
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>, ISpanFormattable, IParsable<SiloAddress>
{
    private static readonly DateTime GenerationEpoch = new(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly int _hash;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
        _hash = (int)StableHash.Compute(Encoding.UTF8.GetBytes(ToParsableString()));
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Seconds since 2022 at which this life began; distinguishes a restarted silo from its predecessor.</summary>
    public int Generation { get; }

    public static SiloAddress Zero { get; } = New(IPAddress.Any, 0, 0);

    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    public static SiloAddress New(IPAddress address, int port, int generation) => new(new IPEndPoint(address, port), generation);

    /// <summary>A generation for a silo that starts now.</summary>
    public static int AllocateNewGeneration() => AllocateNewGeneration(TimeProvider.System);

    internal static int AllocateNewGeneration(TimeProvider time) => (int)(time.GetUtcNow().UtcDateTime - GenerationEpoch).TotalSeconds;

    /// <summary>When a silo of that generation started, in UTC.</summary>
    internal static DateTime TimeOfGeneration(int generation) => GenerationEpoch.AddSeconds(generation);

    /// <summary>Reads the form that <see cref="ToParsableString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not <c>address:port@generation</c>.</exception>
    public static SiloAddress FromParsableString(string addr) =>
        TryParse(addr, out var result)
            ? result
            : throw new FormatException($"'{addr}' is not a silo address: expected 'address:port@generation'.");

    public static SiloAddress Parse(string value) => FromParsableString(value);

    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out SiloAddress? result)
    {
        result = null;
        var at = value?.LastIndexOf('@') ?? -1;
        if (at < 0
            || !IPEndPoint.TryParse(value.AsSpan(0, at), out var endpoint)
            || !int.TryParse(value.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var generation))
        {
            return false;
        }

        result = new SiloAddress(endpoint, generation);
        return true;
    }

    public string ToParsableString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}@{Generation}");

    /// <summary>A hash that is the same in every process.</summary>
    public int GetConsistentHashCode() => _hash;

    /// <summary><paramref name="numHashes"/> ring positions of this silo, the same in every process.</summary>
    public uint[] GetUniformHashCodes(int numHashes)
    {
        var hashes = new uint[numHashes];
        for (var i = 0; i < numHashes; i++)
            hashes[i] = (uint)StableHash.Mix(((ulong)(uint)_hash << 32) | (uint)i);
        return hashes;
    }

    /// <summary>Whether this is an earlier life at the same endpoint.</summary>
    public bool IsPredecessorOf(SiloAddress other) => Generation < other.Generation && Endpoint.Equals(other.Endpoint);

    /// <summary>Whether this is a later life at the same endpoint.</summary>
    public bool IsSuccessorOf(SiloAddress other) => other.IsPredecessorOf(this);

    public bool Equals(SiloAddress? other) =>
        other is not null && (ReferenceEquals(this, other)
            || (_hash == other._hash && Generation == other.Generation && Endpoint.Equals(other.Endpoint)));

    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    public override int GetHashCode() => _hash;

    public int CompareTo(SiloAddress? other)
    {
        if (other is null) return 1;
        var order = Endpoint.Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Endpoint.Address.GetAddressBytes());
        if (order == 0) order = Endpoint.Port.CompareTo(other.Endpoint.Port);
        return order == 0 ? Generation.CompareTo(other.Generation) : order;
    }

    public override string ToString() => "S" + ToParsableString();

    static SiloAddress IParsable<SiloAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SiloAddress>.TryParse(string? s, IFormatProvider? provider, [NotNullWhen(true)] out SiloAddress? result) =>
        TryParse(s, out result);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"S{Endpoint}@{Generation}", out charsWritten);
}
