using System.Collections.Immutable;
using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>Calls inside a process pass what is never changed as it is, and copies of all else.</summary>
public sealed class CopyTests
{
    [Fact]
    public void ImmutableValues_AreTheSameObject()
    {
        Same(new Point(1, 2));
        Same(new Shape("s", [new(1, 2)]));
        Same("text");
        Same(new Pair<int, string>(1, "a"));
        Same(new Pair<Point, ImmutableArray<Point>>(new(1, 2), []));
        Same(ImmutableList.Create(1));
        Same(Tuple.Create(1, "a"));
        Same<Letter>(new Reply("a", "b"));
        Same<object>(new Point(1, 2));
        Same<Exception>(new QuotaException("a", 1));
        Same(new Marked { Items = [1] });

        static void Same<T>(T value)
            where T : class => Wire.Copy(value).ShouldBeSameAs(value);
    }

    [Fact]
    public void MutableValues_AreCopiedInDepth()
    {
        var order = new Order("secret", Guid.Empty) { Points = [new(1, 2)], Previous = new Order("older", Guid.Empty) };

        var copy = Wire.Copy(order)!;

        copy.ShouldNotBeSameAs(order);
        copy.Points.ShouldNotBeSameAs(order.Points);
        copy.Points[0].ShouldBeSameAs(order.Points[0]);
        copy.Previous.ShouldNotBeSameAs(order.Previous);
        copy.Previous!.Secret.ShouldBe("older");
        copy.Secret.ShouldBe("secret");
    }

    [Fact]
    public void Collections_OfMutableItems_AreCopiedWithTheirItems()
    {
        Distinct(new[] { new Dog { Name = "a" } }, x => x[0]);
        Distinct(new List<Dog> { new() { Name = "a" } }, x => x[0]);
        Distinct(ImmutableArray.Create(new Dog { Name = "a" }), x => x[0]);
        Distinct(new Dictionary<int, Dog> { [1] = new() { Name = "a" } }, x => x[1]);
        Distinct(ImmutableDictionary<int, Dog>.Empty.Add(1, new Dog { Name = "a" }), x => x[1]);
        Distinct<IReadOnlyList<Animal>>([new Dog { Name = "a" }], x => (Dog)x[0]);
        Distinct((1, new Dog { Name = "a" }), x => x.Item2);
        Distinct(new Pair<int, Dog>(1, new Dog { Name = "a" }), x => x.Second);
        Distinct<object>(new Dog { Name = "a" }, x => (Dog)x);

        static void Distinct<T>(T value, Func<T, Dog> inner)
        {
            var copy = Wire.Copy(value)!;
            inner(copy).ShouldNotBeSameAs(inner(value));
            inner(copy).Name.ShouldBe("a");
        }
    }

    [Fact]
    public void Struct_WithMutableMember_SharesNothing()
    {
        var box = Box.Of(1, 2);

        Wire.Copy(box).Items.ShouldNotBeSameAs(box.Items);
        Wire.Copy(box).Items.ShouldBe([1, 2]);
    }

    [Fact]
    public void Comparers_AreKept() =>
        Wire.Copy(new Dictionary<string, Dog>(StringComparer.CurrentCultureIgnoreCase) { ["a"] = new() { Name = "a" } })!["A"].Name.ShouldBe("a");

    [Fact]
    public void ValueThatContainsItself_EndsInAnError()
    {
        var order = new Order("secret", Guid.Empty);
        order.Previous = order;
        Should.Throw<InvalidOperationException>(() => Wire.Copy(order)).Message.ShouldContain("contains itself");
        Should.Throw<InvalidOperationException>(() => Wire.Write(order)).Message.ShouldContain("contains itself");

        var list = new List<object>();
        list.Add(list);
        Should.Throw<InvalidOperationException>(() => Wire.Copy(list));
        Should.Throw<InvalidOperationException>(() => Wire.Write(list));
    }

    [Fact]
    public void FailedCopy_LeavesNoTraceInTheNext()
    {
        var order = new Order("secret", Guid.Empty);
        order.Previous = order;
        for (var i = 0; i < 200; i++) Should.Throw<InvalidOperationException>(() => Wire.Copy(order));

        var deepest = new Order("0", Guid.Empty);
        for (var i = 1; i < WireReader.MaxDepth - 1; i++) deepest = new Order($"{i}", Guid.Empty) { Previous = deepest };
        Wire.Copy(deepest)!.Secret.ShouldBe("98");
        Wire.RoundTrip(deepest)!.Secret.ShouldBe("98");
    }

    [Fact]
    public void MemberMarkedImmutable_IsShared()
    {
        var value = new Marked2 { Shared = [1], Own = [2] };

        var copy = Wire.Copy(value)!;

        copy.Shared.ShouldBeSameAs(value.Shared);
        copy.Own.ShouldNotBeSameAs(value.Own);
    }

    [Fact]
    public void TypeWithoutCodec_IsNamedWithItsUserAndTheRemedy()
    {
        var failure = Should.Throw<CodecNotFoundException>(() => Wire.Copy(new Holder { Anything = new System.Text.StringBuilder() }));

        failure.Message.ShouldContain("System.Text.StringBuilder");
        failure.Message.ShouldContain("[GenerateSerializer]");
    }

    [GenerateSerializer]
    [Immutable]
    public sealed class Marked
    {
        [Id(0)]
        public int[]? Items { get; set; }
    }

    [GenerateSerializer]
    public sealed class Marked2
    {
        [Id(0)]
        [Immutable]
        public int[]? Shared { get; set; }

        [Id(1)]
        public int[]? Own { get; set; }
    }
}
