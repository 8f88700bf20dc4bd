using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Numerics;
using Orleans.Embedded.Tests.Serialization.Samples;

namespace Orleans.Embedded.Tests.Serialization;

public sealed class FrameworkCodecTests
{
    public static TheoryData<object> Values => new(
        false, true, byte.MaxValue, sbyte.MinValue, short.MinValue, ushort.MaxValue, int.MinValue, int.MaxValue, uint.MaxValue, long.MinValue,
        long.MaxValue, ulong.MaxValue, Int128.MinValue, UInt128.MaxValue, BigInteger.Pow(-7, 100), (Half)1.5, float.NegativeInfinity,
        double.NaN, double.Epsilon, decimal.MinValue, 0.0000000000000000000000000001m, 'x', '\uD800', "", "text", new string('ä', 1000), "\0",
        new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), DateTime.MinValue, DateTime.MaxValue,
        new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Local),
        DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromMinutes(-330)),
        DateOnly.MaxValue, TimeOnly.MaxValue, TimeSpan.MinValue, TimeSpan.FromTicks(-1), new Uri("https://host/a%20b?c#d"),
        new Uri("relative/path", UriKind.Relative), new Version(1, 2), new Version(1, 2, 3, 4), IPAddress.Parse("127.0.0.1"), IPAddress.Parse("::1"),
        new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 7), new IPEndPoint(IPAddress.Parse("10.0.0.1"), 65535),
        new IPEndPoint(IPAddress.Parse("fe80::1%3"), 1), Colour.Green, (Colour)77, DayOfWeek.Friday,
        GrainId.Create("type", "key"), default(GrainId), GrainType.Create("t"), IdSpan.Create("k"), GrainInterfaceType.Create("i"),
        SiloAddress.New(IPAddress.Loopback, 11111, 42), ActivationId.NewId(), new KeyValuePair<string, int?>("a", null),
        Tuple.Create(1, "b"), ValueTuple.Create(1), (1, "b"), (1, 2, 3, 4, 5, 6, 7, 8, 9), Tuple.Create(1, 2, 3, 4, 5, 6, 7, 8));

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_OfAnyFrameworkType_ComesBackEqual(object value) =>
        typeof(FrameworkCodecTests).GetMethod(nameof(Check), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(value.GetType()).Invoke(null, [value]);

    [Fact]
    public void DateTime_ComesBackWithItsKind()
    {
        foreach (var kind in Enum.GetValues<DateTimeKind>()) Wire.RoundTrip(new DateTime(5, kind)).Kind.ShouldBe(kind);
    }

    [Fact]
    public void IPAddress_OfADerivedType_ComesBackEqual()
    {
        IPAddress.Loopback.GetType().ShouldNotBe(typeof(IPAddress));
        Wire.RoundTrip(IPAddress.Loopback).ShouldBe(IPAddress.Loopback);
        Wire.RoundTrip<object>(IPAddress.IPv6Any).ShouldBe(IPAddress.IPv6Any);
    }

    [Fact]
    public void Nullable_ComesBackWithAndWithoutValue()
    {
        Wire.RoundTrip<int?>(5).ShouldBe(5);
        Wire.RoundTrip<int?>(null).ShouldBeNull();
        Wire.RoundTrip<Colour?>(Colour.Red).ShouldBe(Colour.Red);
        Wire.RoundTrip<string>(null).ShouldBeNull();
    }

    [Fact]
    public void Bytes_ComeBackEqual()
    {
        byte[] bytes = [0, 1, 255];
        Wire.RoundTrip(bytes).ShouldBe(bytes);
        Wire.RoundTrip(bytes.AsMemory()).ToArray().ShouldBe(bytes);
        Wire.RoundTrip<ReadOnlyMemory<byte>>(bytes.AsMemory(1)).ToArray().ShouldBe([1, 255]);
        Wire.RoundTrip<byte[]>([]).ShouldBe([]);
    }

    [Fact]
    public void Sequences_ComeBackInOrderWithNulls()
    {
        string?[] items = ["a", null, "", "b"];
        Wire.RoundTrip(items).ShouldBe(items);
        Wire.RoundTrip(items.ToList()).ShouldBe(items);
        Wire.RoundTrip(new Queue<string?>(items)).ShouldBe(items);
        Wire.RoundTrip(new Stack<string?>(items)).ShouldBe(items.Reverse());
        Wire.RoundTrip(items.ToImmutableArray()).ShouldBe(items);
        Wire.RoundTrip(items.ToImmutableList()).ShouldBe(items);
        Wire.RoundTrip(ImmutableQueue.CreateRange(items)).ShouldBe(items);
        Wire.RoundTrip<int[][]>([[1], [], [2, 3]]).ShouldBe([[1], [], [2, 3]]);
    }

    [Fact]
    public void Sets_ComeBackEqual()
    {
        int[] items = [3, 1, 2];
        Wire.RoundTrip(items.ToHashSet())!.SetEquals(items).ShouldBeTrue();
        Wire.RoundTrip(new SortedSet<int>(items)).ShouldBe([1, 2, 3]);
        Wire.RoundTrip(items.ToImmutableHashSet())!.SetEquals(items).ShouldBeTrue();
        Wire.RoundTrip(items.ToImmutableSortedSet()).ShouldBe([1, 2, 3]);
        Wire.RoundTrip(items.ToFrozenSet())!.SetEquals(items).ShouldBeTrue();
    }

    [Fact]
    public void Maps_ComeBackEqual()
    {
        var items = new Dictionary<string, int?> { ["b"] = 1, ["a"] = null };
        Wire.RoundTrip(items).ShouldBe(items, ignoreOrder: true);
        Wire.RoundTrip(new SortedDictionary<string, int?>(items)).ShouldBe(items.OrderBy(x => x.Key));
        Wire.RoundTrip(items.ToImmutableDictionary()).ShouldBe(items, ignoreOrder: true);
        Wire.RoundTrip(items.ToImmutableSortedDictionary()).ShouldBe(items.OrderBy(x => x.Key));
        Wire.RoundTrip(items.ToFrozenDictionary()).ShouldBe(items, ignoreOrder: true);
    }

    [Fact]
    public void Interfaces_AreMaterialised()
    {
        Wire.RoundTrip(Enumerable.Range(1, 3).Where(x => x != 2)).ShouldBeOfType<List<int>>().ShouldBe([1, 3]);
        Wire.RoundTrip<IReadOnlyList<int>>([1, 2]).ShouldBe([1, 2]);
        Wire.RoundTrip<IReadOnlyCollection<int>>(ImmutableList.Create(1, 2)).ShouldBe([1, 2]);
        Wire.RoundTrip<IList<int>>([1, 2]).ShouldBe([1, 2]);
        Wire.RoundTrip<ICollection<int>>([1, 2]).ShouldBe([1, 2]);
        Wire.RoundTrip<ISet<int>>(new SortedSet<int> { 2, 1 })!.SetEquals([1, 2]).ShouldBeTrue();
        Wire.RoundTrip<IReadOnlySet<int>>(ImmutableHashSet.Create(2, 1))!.SetEquals([1, 2]).ShouldBeTrue();
        Wire.RoundTrip<IDictionary<int, int>>(new Dictionary<int, int> { [1] = 2 }).ShouldBe(new Dictionary<int, int> { [1] = 2 });
        Wire.RoundTrip<IReadOnlyDictionary<int, int>>(ImmutableDictionary<int, int>.Empty.Add(1, 2))!.ShouldBe(new Dictionary<int, int> { [1] = 2 });
    }

    [Fact]
    public void DefaultImmutableArray_StaysDefault()
    {
        Wire.RoundTrip(default(ImmutableArray<int>)).IsDefault.ShouldBeTrue();
        Wire.RoundTrip(ImmutableArray<int>.Empty).IsDefault.ShouldBeFalse();
        Wire.Copy(default(ImmutableArray<List<int>>)).IsDefault.ShouldBeTrue();
        Wire.RoundTrip<object>(default(ImmutableArray<int>)).ShouldBeOfType<ImmutableArray<int>>().IsDefault.ShouldBeTrue();
    }

    [Fact]
    public void Comparers_OfTheFramework_ComeAlong()
    {
        foreach (var comparer in (StringComparer[])[StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase])
        {
            Wire.RoundTrip(new Dictionary<string, int>(comparer) { ["a"] = 1 })!.ContainsKey("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(new HashSet<string>(["a"], comparer))!.Contains("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(new SortedSet<string>(["a"], comparer))!.Contains("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(ImmutableDictionary.Create<string, int>(comparer).Add("a", 1))!.ContainsKey("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(ImmutableSortedDictionary.Create<string, int>(comparer).Add("a", 1))!.ContainsKey("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(ImmutableHashSet.Create(comparer, "a"))!.Contains("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(ImmutableSortedSet.Create(comparer, "a"))!.Contains("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip<IDictionary<string, int>>(new Dictionary<string, int>(comparer) { ["a"] = 1 })!.ContainsKey("A").ShouldBe(comparer.Equals("a", "A"));
            Wire.RoundTrip(new[] { "a" }.ToFrozenSet(comparer))!.Contains("A").ShouldBe(comparer.Equals("a", "A"));
        }
    }

    [Fact]
    public void Comparer_ThatCannotBeMadeAgain_IsRefused()
    {
        var odd = EqualityComparer<string>.Create((left, right) => left?.Length == right?.Length, text => text.Length);

        Should.Throw<Orleans.Serialization.CodecNotFoundException>(() => Wire.Write(new HashSet<string>(odd))).Message.ShouldContain("comparer");
    }

    private static void Check<T>(T value)
    {
        Wire.RoundTrip(value).ShouldBe(value);
        Wire.RoundTrip<T[]>([value]).ShouldBe([value]);
        Wire.Copy(value).ShouldBe(value);
        if (value is not DayOfWeek) Wire.RoundTrip<object>(value).ShouldBeOfType<T>().ShouldBe(value);
    }
}
