using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Serialization.Samples;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>Random values of the sample types.</summary>
internal static class SampleGen
{
    /// <summary>Text without halves of surrogate pairs, which UTF-8 cannot hold.</summary>
    public static Gen<string> Text { get; } =
        from characters in Gen.OneOf(Gen.Choose(0, 0x7F), Gen.Choose(0x80, 0xFFFF)).Select(x => (char)x).ArrayOf()
        select new string([.. characters.Where(x => !char.IsSurrogate(x))]);

    public static Gen<Point> Point { get; } =
        from x in Ints()
        from y in Ints()
        select new Point(x, y);

    public static Gen<Shape> Shape { get; } =
        from name in Text
        from corners in Point.ArrayOf()
        from isDefault in Gen.Frequency((1, Gen.Constant(true)), (9, Gen.Constant(false)))
        from colour in Gen.Elements(Colour.Red, Colour.Green, (Colour)200)
        from area in ArbMap.Default.GeneratorFor<double?>()
        from labels in Gen.Zip(Text, Text).ArrayOf()
        select new Shape(name, isDefault ? default : [.. corners], colour)
        {
            Area = area,
            Labels = labels.DistinctBy(x => x.Item1).ToImmutableDictionary(x => x.Item1, x => x.Item2),
        };

    public static Gen<Animal> Animal { get; } =
        from name in Text
        from age in Ints()
        from motherAge in Ints()
        from kind in Gen.Choose(0, 2)
        select kind switch
        {
            0 => new Dog { Name = name, Age = age },
            1 => new Puppy { Name = name, Age = age },
            _ => (Animal)new Puppy { Name = name, Age = age, Mother = new Dog { Name = name, Age = motherAge } },
        };

    public static Gen<Holder> Holder { get; } =
        from anything in Gen.OneOf(
            Gen.Constant<object?>(null), Text.Select(x => (object?)x), Ints().Select(x => (object?)x), Point.Select(x => (object?)x),
            Shape.Select(x => (object?)x), Text.ArrayOf().Select(x => (object?)x.ToList()))
        from animal in Gen.OneOf(Animal.Select(x => (Animal?)x), Gen.Constant<Animal?>(null))
        from letters in Gen.OneOf(Text.Select(x => new Letter(x)), Text.Select(x => (Letter)new Reply(x, "to"))).ArrayOf()
        select new Holder { Anything = anything, Animal = animal, Messages = letters };

    private static Gen<int> Ints() => Gen.OneOf(Gen.Choose(-100, 100), Gen.Choose(int.MinValue, int.MaxValue - 1));
}
