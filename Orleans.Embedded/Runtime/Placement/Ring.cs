using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace Orleans.Runtime.Placement;

/// <summary>
/// A consistent-hash ring: which silo owns which grain. Every silo stands at <see cref="PointsPerSilo"/> points of the 32-bit circle
/// that follow from its address alone, and owns what lies between each of them and the point before. So the owner depends on nothing
/// but the set of silos, and when one comes or goes only the grains move that it gains or leaves. Immutable.
/// </summary>
internal sealed class Ring
{
    /// <summary>
    /// Points of one silo. More of them even out the shares (they differ by some 5 % of a share, one standard deviation) and cost
    /// memory and time when the ring is built. Part of the protocol: processes that disagree on it disagree on owners.
    /// </summary>
    public const int PointsPerSilo = 256;

    private const ulong PointStep = 0x9E3779B97F4A7C15;

    private readonly uint[] _points;
    private readonly int[] _owners;
    private readonly int[] _firstPointOf;
    private readonly int _shift;

    public Ring(IEnumerable<SiloAddress> silos)
    {
        Silos = [.. silos.Distinct().Order()];
        var keys = new ulong[Silos.Length * PointsPerSilo];
        for (var silo = 0; silo < Silos.Length; silo++)
            PutPoints(Silos[silo], silo, keys.AsSpan(silo * PointsPerSilo, PointsPerSilo));

        // Where two silos share a point, the one with the lower address is found first and owns it.
        Array.Sort(keys);
        _points = Array.ConvertAll(keys, key => (uint)(key >> 32));
        _owners = Array.ConvertAll(keys, key => (int)(uint)key);

        // About one point to each bucket, so that the search starts next to what it looks for.
        var bits = Math.Max(1, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)_points.Length)));
        _shift = 32 - bits;
        _firstPointOf = FirstPoints(_points, 1 << bits, _shift);
    }

    public static Ring Empty { get; } = new([]);

    /// <summary>The silos on the ring, in the order of their addresses.</summary>
    public ImmutableArray<SiloAddress> Silos { get; }

    /// <summary>The silo that owns a grain; null when the ring is empty.</summary>
    public SiloAddress? OwnerOf(GrainId grain) => OwnerOf(grain.GetUniformHashCode());

    /// <summary>The silo that owns a place on the circle; null when the ring is empty.</summary>
    public SiloAddress? OwnerOf(uint place)
    {
        var points = _points;
        if (points.Length == 0) return null;
        var at = _firstPointOf[place >> _shift];
        while (at < points.Length && points[at] < place) at++;
        return Silos[_owners[at < points.Length ? at : 0]];
    }

    private static void PutPoints(SiloAddress silo, int index, Span<ulong> keys)
    {
        var seed = StableHash.Compute(Encoding.UTF8.GetBytes(silo.ToParsableString()));
        for (var i = 0; i < keys.Length; i++)
        {
            var point = StableHash.Mix(seed + ((ulong)i * PointStep)) >> 32;
            keys[i] = (point << 32) | (uint)index;
        }
    }

    private static int[] FirstPoints(uint[] points, int buckets, int shift)
    {
        var first = new int[buckets];
        var at = 0;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            while (at < points.Length && points[at] >> shift < bucket) at++;
            first[bucket] = at;
        }

        return first;
    }
}
