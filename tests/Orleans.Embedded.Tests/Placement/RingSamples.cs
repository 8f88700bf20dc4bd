using System.Net;
using FsCheck;
using FsCheck.Fluent;

namespace Orleans.Embedded.Tests.Placement;

/// <summary>Sets of silos as clusters have them: few machines, several lives of one endpoint, both address families.</summary>
internal static class RingSamples
{
    public static Gen<SiloAddress> Silos { get; } =
        from machine in Gen.Choose(1, 40)
        from six in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from port in Gen.Elements(2390, 2391, 11111)
        from generation in Gen.Choose(1, 4)
        select SiloAddress.New(IPAddress.Parse(six ? "fd00::" + machine : "10.0.0." + machine), port, generation * 1000);

    /// <summary>A cluster and one silo that is not in it. One silo in eight is the next life of another's endpoint.</summary>
    public static Gen<Change> Changes { get; } =
        from count in Gen.Choose(0, 12)
        from fresh in Gen.ArrayOf(Silos, count + 1)
        from lives in Gen.ArrayOf(Gen.Choose(1, 8), count + 1)
        let silos = fresh.Select((silo, i) => i > 0 && lives[i] == 1 ? SiloAddress.New(fresh[i - 1].Endpoint, fresh[i - 1].Generation + 500) : silo)
        from seed in Gen.Choose(0, int.MaxValue)
        let different = silos.Distinct().ToArray()
        select new Change(different[1..], different[0], seed);

    /// <summary>Places on the circle, from a seed; the ends are always among them.</summary>
    public static IReadOnlyList<uint> Places(int seed, int count)
    {
        var random = new Random(seed);
        return [0, uint.MaxValue, .. Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(1L << 32))];
    }

    public sealed record Change(SiloAddress[] Cluster, SiloAddress Newcomer, int Seed)
    {
        public SiloAddress[] After => [.. Cluster, Newcomer];

        public override string ToString() => $"[{string.Join(", ", (object[])Cluster)}] + {Newcomer}, seed {Seed}";
    }
}
