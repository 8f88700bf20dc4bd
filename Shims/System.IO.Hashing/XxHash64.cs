using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>XXH64 of the xxHash family. The hash as bytes is the number in big-endian order, the family's canonical form.</summary>
public sealed class XxHash64 : NonCryptographicHashAlgorithm
{
    private const int HashBytes = sizeof(ulong);
    private const int StripeBytes = 4 * sizeof(ulong);
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private readonly ulong _seed;
    private readonly byte[] _pending = new byte[StripeBytes];
    private Lanes _lanes;
    private ulong _length;

    /// <summary>Begins a hash with seed 0.</summary>
    public XxHash64() : this(0)
    {
    }

    /// <summary>Begins a hash with <paramref name="seed"/>; its 64 bits are taken as they are.</summary>
    public XxHash64(long seed) : base(HashBytes)
    {
        _seed = unchecked((ulong)seed);
        _lanes = new Lanes(_seed);
    }

    private XxHash64(XxHash64 other) : base(HashBytes)
    {
        _seed = other._seed;
        _lanes = other._lanes;
        _length = other._length;
        other._pending.CopyTo(_pending, 0);
    }

    /// <summary>A second hash in the same state, independent from here on.</summary>
    public XxHash64 Clone() => new(this);

    /// <inheritdoc/>
    public override void Reset()
    {
        _lanes = new Lanes(_seed);
        _length = 0;
    }

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> source)
    {
        var pending = (int)(_length % StripeBytes);
        _length += (ulong)source.Length;

        if (pending > 0)
        {
            var taken = Math.Min(StripeBytes - pending, source.Length);
            source[..taken].CopyTo(_pending.AsSpan(pending));
            source = source[taken..];
            if (pending + taken < StripeBytes)
                return;
            _lanes.Consume(_pending);
        }

        while (source.Length >= StripeBytes)
        {
            _lanes.Consume(source);
            source = source[StripeBytes..];
        }

        source.CopyTo(_pending);
    }

    /// <inheritdoc/>
    protected override void GetCurrentHashCore(Span<byte> destination) =>
        BinaryPrimitives.WriteUInt64BigEndian(destination, GetCurrentHashAsUInt64());

    /// <summary>The hash of what was appended so far, as a number; the state stays as it is.</summary>
    public ulong GetCurrentHashAsUInt64() => Finish(_lanes, _seed, _length, _pending.AsSpan(0, (int)(_length % StripeBytes)));

    /// <summary>The hash of <paramref name="source"/> with seed 0.</summary>
    public static byte[] Hash(byte[] source) => Hash(source, 0);

    /// <summary>The hash of <paramref name="source"/> with <paramref name="seed"/>.</summary>
    public static byte[] Hash(byte[] source, long seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(source.AsSpan(), seed);
    }

    /// <summary>The hash of <paramref name="source"/> with <paramref name="seed"/>.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> source, long seed = 0)
    {
        var hash = new byte[HashBytes];
        BinaryPrimitives.WriteUInt64BigEndian(hash, HashToUInt64(source, seed));
        return hash;
    }

    /// <summary>Writes the hash of <paramref name="source"/> into <paramref name="destination"/>.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than 8 bytes.</exception>
    public static int Hash(ReadOnlySpan<byte> source, Span<byte> destination, long seed = 0)
    {
        if (!TryHash(source, destination, out var written, seed))
            ThrowTooShort(nameof(destination), HashBytes);
        return written;
    }

    /// <summary>Writes the hash of <paramref name="source"/> into <paramref name="destination"/>; false below 8 bytes.</summary>
    public static bool TryHash(ReadOnlySpan<byte> source, Span<byte> destination, out int bytesWritten, long seed = 0)
    {
        if (destination.Length < HashBytes)
        {
            bytesWritten = 0;
            return false;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, HashToUInt64(source, seed));
        bytesWritten = HashBytes;
        return true;
    }

    /// <summary>The hash of <paramref name="source"/> with <paramref name="seed"/>, as a number.</summary>
    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0)
    {
        var unsignedSeed = unchecked((ulong)seed);
        var length = (ulong)source.Length;
        var lanes = new Lanes(unsignedSeed);
        while (source.Length >= StripeBytes)
        {
            lanes.Consume(source);
            source = source[StripeBytes..];
        }

        return Finish(lanes, unsignedSeed, length, source);
    }

    /// <summary>Folds the lanes (if a whole stripe went in), the length and the last bytes (less than a stripe) together.</summary>
    private static ulong Finish(in Lanes lanes, ulong seed, ulong length, ReadOnlySpan<byte> tail)
    {
        var hash = length >= StripeBytes ? lanes.Merge() : unchecked(seed + Prime5);
        unchecked
        {
            hash += length;
            while (tail.Length >= sizeof(ulong))
            {
                hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(tail));
                hash = BitOperations.RotateLeft(hash, 27) * Prime1 + Prime4;
                tail = tail[sizeof(ulong)..];
            }

            if (tail.Length >= sizeof(uint))
            {
                hash ^= BinaryPrimitives.ReadUInt32LittleEndian(tail) * Prime1;
                hash = BitOperations.RotateLeft(hash, 23) * Prime2 + Prime3;
                tail = tail[sizeof(uint)..];
            }

            foreach (var value in tail)
            {
                hash ^= value * Prime5;
                hash = BitOperations.RotateLeft(hash, 11) * Prime1;
            }

            hash ^= hash >> 33;
            hash *= Prime2;
            hash ^= hash >> 29;
            hash *= Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private static ulong Round(ulong lane, ulong input) => unchecked(BitOperations.RotateLeft(lane + input * Prime2, 31) * Prime1);

    /// <summary>The four running sums over whole stripes of 32 bytes.</summary>
    private struct Lanes(ulong seed)
    {
        private ulong _first = unchecked(seed + Prime1 + Prime2);
        private ulong _second = unchecked(seed + Prime2);
        private ulong _third = seed;
        private ulong _fourth = unchecked(seed - Prime1);

        public void Consume(ReadOnlySpan<byte> stripe)
        {
            _first = Round(_first, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
            _second = Round(_second, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
            _third = Round(_third, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
            _fourth = Round(_fourth, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
        }

        public readonly ulong Merge()
        {
            var hash = unchecked(BitOperations.RotateLeft(_first, 1) + BitOperations.RotateLeft(_second, 7)
                + BitOperations.RotateLeft(_third, 12) + BitOperations.RotateLeft(_fourth, 18));
            hash = MergeRound(hash, _first);
            hash = MergeRound(hash, _second);
            hash = MergeRound(hash, _third);
            return MergeRound(hash, _fourth);
        }

        private static ulong MergeRound(ulong hash, ulong lane) => unchecked((hash ^ Round(0, lane)) * Prime1 + Prime4);
    }
}
