using System.Buffers.Binary;

namespace Orleans.Runtime;

/// <summary>
/// The hash that places grains on the ring. Every silo and client of a cluster must compute the same value, today and after an
/// upgrade, so this function never changes.
/// </summary>
internal static class StableHash
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Multiplier = 0xFF51AFD7ED558CCD;

    public static ulong Compute(ReadOnlySpan<byte> bytes, ulong seed = Seed)
    {
        var hash = seed ^ ((ulong)bytes.Length * Multiplier);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        for (var i = 0; i < bytes.Length; i++)
            rest |= (ulong)bytes[i] << (8 * i);
        return Mix(hash ^ rest);
    }

    /// <summary>Scatters <paramref name="value"/> over all 64 bits (the finaliser constants of MurmurHash3, public domain).</summary>
    public static ulong Mix(ulong value)
    {
        value ^= value >> 33;
        value *= Multiplier;
        value ^= value >> 33;
        value *= 0xC4CEB9FE1A85EC53;
        value ^= value >> 33;
        return value;
    }
}
