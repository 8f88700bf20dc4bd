using System.Collections.Immutable;
using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

public sealed class GeneratedCodecTests
{
    private static readonly Guid SomeId = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Fact]
    public void Record_WithParametersAndMembers_ComesBackEqualMemberByMember()
    {
        var shape = new Shape("triangle", [new(1, 2), new(-3, 4)], Colour.Red)
        {
            Area = 2.5,
            Labels = ImmutableDictionary<string, string>.Empty.Add("a", "b"),
        };

        var result = Wire.RoundTrip(shape)!;

        result.Name.ShouldBe("triangle");
        result.Corners.ShouldBe([new(1, 2), new(-3, 4)]);
        result.Colour.ShouldBe(Colour.Red);
        result.Area.ShouldBe(2.5);
        result.Labels.ShouldBe(shape.Labels);
    }

    [Fact]
    public void Class_WithEveryKindOfMember_ComesBackWhole()
    {
        var order = new Order("hidden", SomeId) { Quantity = 3, Points = [new(5, 6)], Previous = new Order("older", Guid.Empty) }.WithNote("note");

        var result = Wire.RoundTrip(order)!;

        result.Secret.ShouldBe("hidden");
        result.Id.ShouldBe(SomeId);
        result.Quantity.ShouldBe(3);
        result.Points.ShouldBe([new Point(5, 6)]);
        result.Note.ShouldBe("note");
        result.Previous!.Secret.ShouldBe("older");
        result.Previous.Previous.ShouldBeNull();
    }

    [Fact]
    public void Structs_ComeBackWhole()
    {
        Wire.RoundTrip(new Amount(12.50m, "EUR")).ShouldBe(new Amount(12.50m, "EUR"));
        var box = Wire.RoundTrip(Box.Of(1, 2, 3));
        box.Items.ShouldBe([1, 2, 3]);
        box.Count.ShouldBe(3);
    }

    [Fact]
    public void DerivedClass_InVariableOfItsBase_KeepsItsTypeAndMembersOfAllLevels()
    {
        var puppy = new Puppy { Name = "Rex", Age = 1, Mother = new Dog { Name = "Lassie", Age = 7 } };

        var result = Wire.RoundTrip<Animal>(puppy).ShouldBeOfType<Puppy>();

        result.Name.ShouldBe("Rex");
        result.Age.ShouldBe(1);
        var mother = result.Mother.ShouldBeOfType<Dog>();
        mother.Name.ShouldBe("Lassie");
        mother.Age.ShouldBe(7);
    }

    [Fact]
    public void DerivedRecord_InVariableOfItsBase_KeepsItsType()
    {
        Wire.RoundTrip<Letter>(new Letter("plain")).ShouldBe(new Letter("plain"));
        Wire.RoundTrip<Letter>(new Reply("hello", "you")).ShouldBe(new Reply("hello", "you"));
    }

    [Fact]
    public void GenericRecord_OfValuesAndReferences_ComesBackEqual()
    {
        Wire.RoundTrip(new Pair<int, string>(1, "one")).ShouldBe(new Pair<int, string>(1, "one"));
        Wire.RoundTrip<object>(new Pair<Point, Colour?>(new(1, 2), null)).ShouldBe(new Pair<Point, Colour?>(new(1, 2), null));
    }

    [Fact]
    public void Anything_InVariableOfObject_KeepsItsType()
    {
        object[] values = [1, "text", Colour.Red, new Point(1, 2), new List<Point> { new(3, 4) }, new Dictionary<string, int[]> { ["a"] = [1] }, SomeId];
        foreach (var value in values)
        {
            var result = Wire.RoundTrip(new Holder { Anything = value })!.Anything!;
            result.GetType().ShouldBe(value.GetType());
            if (value is not System.Collections.ICollection) result.ShouldBe(value);
        }
    }

    [Fact]
    public void Exception_WithMembersAndOddConstructor_ComesBackAsItself()
    {
        using var writer = new WireWriter();
        Codecs.WriteException(writer, new QuotaException("memory", 5));
        var reader = new WireReader(writer.WrittenSpan);

        var result = Codecs.ReadException(ref reader).ShouldBeOfType<QuotaException>();

        result.Message.ShouldBe("The quota of memory is 5.");
        result.Resource.ShouldBe("memory");
        result.Limit.ShouldBe(5);
    }
}
