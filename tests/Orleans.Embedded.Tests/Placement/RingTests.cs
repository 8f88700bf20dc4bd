using System.Net;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Placement;

namespace Orleans.Embedded.Tests.Placement;

public sealed class RingTests
{
    [Fact]
    public void OwnerOf_NoSilos_IsNobody()
    {
        Ring.Empty.OwnerOf(0).ShouldBeNull();
        Ring.Empty.OwnerOf(uint.MaxValue).ShouldBeNull();
        Ring.Empty.OwnerOf(GrainId.Create("counter", "a")).ShouldBeNull();
    }

    [Fact]
    public void OwnerOf_OneSilo_IsThatOneEverywhere()
    {
        var ring = new Ring([Silo(1)]);

        RingSamples.Places(1, 1000).Select(ring.OwnerOf).Distinct().ShouldBe([Silo(1)]);
        ring.OwnerOf(GrainId.Create("counter", "a")).ShouldBe(Silo(1));
    }

    /// <summary>The owners are part of the protocol: a release that moved them would split a cluster while it is upgraded.</summary>
    [Fact]
    public void OwnerOf_KnownGrains_StaysAsItWasReleased()
    {
        var ring = new Ring([Silo(1), Silo(2), Silo(3)]);

        string.Join(' ', Enumerable.Range(0, 24).Select(i => ring.OwnerOf(GrainId.Create("counter", "key-" + i))!.Endpoint.Address.GetAddressBytes()[3]))
            .ShouldBe("1 3 2 2 2 1 2 1 2 2 2 3 3 3 2 2 3 1 1 1 3 2 2 3");
    }

    [Fact]
    public void OwnerOf_EveryPointAndItsNeighbours_IsWhatALinearSearchFinds()
    {
        SiloAddress[] silos = [Silo(1), Silo(2), Silo(3), Silo(4), Silo(5)];
        var ring = new Ring(silos);
        // The point of silo and index, as documented: the high half of the mixed sequence that the address starts.
        var points = silos.SelectMany(silo => PointsOf(silo).Select(point => (point, silo))).Order(PointOrder).ToArray();

        foreach (var (point, _) in points)
        {
            foreach (var place in new[] { unchecked(point - 1), point, unchecked(point + 1) })
                ring.OwnerOf(place).ShouldBe(points.FirstOrDefault(at => at.point >= place, points[0]).silo, $"place {place}");
        }
    }

    [Fact]
    public void Owners_AnyOrderOfTheSilos_AreTheSame() => Sampled.Check(RingSamples.Changes, change =>
    {
        var silos = change.After;
        var shuffled = silos.Concat(silos).ToArray();
        new Random(change.Seed).Shuffle(shuffled);
        // Addresses that another process would have made: equal, and not the same objects.
        var (here, there) = (new Ring(silos), new Ring(shuffled.Select(silo => SiloAddress.FromParsableString(silo.ToParsableString()))));

        foreach (var place in RingSamples.Places(change.Seed, 500)) there.OwnerOf(place).ShouldBe(here.OwnerOf(place));
        there.Silos.ShouldBe(here.Silos);
    });

    [Fact]
    public void Owners_SiloJoinsOrLeaves_MoveOnlyToItOrFromIt() =>
        Sampled.Check(RingSamples.Changes, change => MovesOnlyWithTheNewcomer(change, silos => new Ring(silos).OwnerOf));

    [Fact]
    public void Owners_SiloJoins_MoveAboutItsShare()
    {
        foreach (var change in Sampled.Draw(RingSamples.Changes, 200))
        {
            var (before, after) = (new Ring(change.Cluster), new Ring(change.After));
            var places = RingSamples.Places(change.Seed, 4000);
            var moved = (double)places.Count(place => !after.OwnerOf(place)!.Equals(before.OwnerOf(place))) / places.Count;
            var share = 1.0 / change.After.Length;
            moved.ShouldBeInRange(share * 0.6, share * 1.4, $"{change}");
        }
    }

    [Fact]
    public void Owners_AllSilos_AreOfTheRingAndNearlyEven()
    {
        foreach (var change in Sampled.Draw(RingSamples.Changes, 200)) NearlyEven(change, silos => new Ring(silos).OwnerOf);
    }

    /// <summary>What <see cref="Ring.PointsPerSilo"/> promises, measured over many clusters of five silos.</summary>
    [Fact]
    public void Shares_ManyClusters_DifferByAFewPercent()
    {
        var shares = Enumerable.Range(0, 100).SelectMany(cluster =>
        {
            var ring = new Ring(Enumerable.Range(1, 5).Select(silo => SiloAddress.New(IPAddress.Parse("10.0.0." + silo), 2390, cluster)));
            const int Steps = 20_000;
            var counts = Enumerable.Range(0, Steps).CountBy(step => ring.OwnerOf((uint)(step * (1L << 32) / Steps))!).ToDictionary();
            return ring.Silos.Select(silo => counts[silo] * 5.0 / Steps);
        }).ToArray();

        Math.Sqrt(shares.Average(share => (share - 1) * (share - 1))).ShouldBeLessThan(0.07);
        shares.Max().ShouldBeLessThan(1.25);
        shares.Min().ShouldBeGreaterThan(0.75);
    }

    [Fact]
    public void Samples_Generated_AreMostlyRealClusters()
    {
        Sampled.Share(RingSamples.Changes, change => change.Cluster.Length >= 3).ShouldBeGreaterThan(0.6);
        Sampled.Share(RingSamples.Changes, change => change.Cluster.Length == 0).ShouldBeInRange(0.02, 0.2);
        Sampled.Share(RingSamples.Changes, change => change.After.GroupBy(silo => silo.Endpoint).Any(lives => lives.Count() > 1))
            .ShouldBeGreaterThan(0.25);
        Sampled.Share(RingSamples.Changes, change => change.After.GroupBy(silo => silo.Endpoint.AddressFamily).Count() > 1).ShouldBeGreaterThan(0.4);
        Sampled.Share(RingSamples.Changes, change => RingSamples.Places(change.Seed, 100).Select(new Ring(change.After).OwnerOf).Distinct().Count() > 2)
            .ShouldBeGreaterThan(0.6);
    }

    [Fact]
    public void Properties_FaultyRings_AreFound()
    {
        // A remainder moves nearly everything; a ring with one point per silo is far from even.
        Sampled.Finds(RingSamples.Changes, change => MovesOnlyWithTheNewcomer(change, silos => place =>
            silos.Length == 0 ? null : silos.Order().ElementAt((int)(place % silos.Length)))).ShouldBeTrue();
        Sampled.Finds(RingSamples.Changes, change => NearlyEven(change, silos => place =>
            silos.OrderBy(silo => PointsOf(silo).First()).FirstOrDefault(silo => PointsOf(silo).First() >= place, silos[0]))).ShouldBeTrue();
    }

    private static void MovesOnlyWithTheNewcomer(RingSamples.Change change, Func<SiloAddress[], Func<uint, SiloAddress?>> ring)
    {
        var (without, with) = (ring(change.Cluster), ring(change.After));
        foreach (var place in RingSamples.Places(change.Seed, 500))
        {
            if (!change.Newcomer.Equals(with(place))) with(place).ShouldBe(without(place), $"place {place}");
        }
    }

    private static void NearlyEven(RingSamples.Change change, Func<SiloAddress[], Func<uint, SiloAddress?>> ring)
    {
        var silos = change.After;
        var ownerOf = ring(silos);
        var places = RingSamples.Places(change.Seed, 4000);
        var counts = places.CountBy(place => ownerOf(place)!).ToDictionary();
        counts.Keys.Except(silos).ShouldBeEmpty();
        var share = (double)places.Count / silos.Length;
        foreach (var silo in silos) ((double)counts.GetValueOrDefault(silo)).ShouldBeInRange(share * 0.6, share * 1.4, $"{silo} of {silos.Length}");
    }

    private static SiloAddress Silo(int number) => SiloAddress.New(IPAddress.Parse("10.0.0." + number), 2390, 100);

    private static Comparison<(uint point, SiloAddress silo)> ByPoint => (x, y) =>
        x.point.CompareTo(y.point) is var order && order != 0 ? order : x.silo.CompareTo(y.silo);

    private static Comparer<(uint point, SiloAddress silo)> PointOrder => Comparer<(uint point, SiloAddress silo)>.Create(ByPoint);

    private static IEnumerable<uint> PointsOf(SiloAddress silo)
    {
        var seed = StableHash.Compute(System.Text.Encoding.UTF8.GetBytes(silo.ToParsableString()));
        for (ulong i = 0; i < Ring.PointsPerSilo; i++) yield return (uint)(StableHash.Mix(seed + i * 0x9E3779B97F4A7C15) >> 32);
    }
}
