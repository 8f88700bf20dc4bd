using FsCheck;
using FsCheck.Fluent;

namespace Warren.Grains.Tests.Testing;

/// <summary>Properties over samples that are made from a number. The first number is fixed, so that every run tries the same ones.</summary>
internal static class Sampled
{
    private const int FirstSeed = 20260301;
    private const int Size = 40;

    /// <summary>Throws on the first sample for which <paramref name="property"/> throws; the message names the sample.</summary>
    public static void Check<T>(Func<Random, T> make, Action<T> property, int count = 300) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(FirstSeed, 1),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(seed => make(new Random(seed))).ToArbitrary(), property));

    /// <summary>The same for samples of a generator.</summary>
    public static void Check<T>(Gen<T> samples, Action<T> property, int count = 300) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(FirstSeed, 1).WithEndSize(Size),
        Prop.ForAll(samples.ToArbitrary(), property));

    /// <summary>The share of samples of which <paramref name="claim"/> is true: shows that what matters is made.</summary>
    public static double Share<T>(Func<Random, T> make, Func<T, bool> claim, int count = 300) => (double)Draw(make, count).Count(claim) / count;

    /// <summary>The same for samples of a generator.</summary>
    public static double Share<T>(Gen<T> samples, Func<T, bool> claim, int count = 300) => (double)Draw(samples, count).Count(claim) / count;

    /// <summary>Whether a sample violates the property: for properties that must find a planted fault.</summary>
    public static bool Finds<T>(Func<Random, T> make, Action<T> property, int count = 300)
    {
        foreach (var sample in Draw(make, count))
        {
            try
            {
                property(sample);
            }
            catch (ShouldAssertException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same for samples of a generator.</summary>
    public static bool Finds<T>(Gen<T> samples, Action<T> property, int count = 300)
    {
        var drawn = Draw(samples, count);
        return Finds(random => drawn[random.Next(drawn.Count)], property, count);
    }

    /// <summary>Samples of a generator, always the same ones.</summary>
    public static IReadOnlyList<T> Draw<T>(Gen<T> samples, int count) => [.. Gen.Sample(samples, count, new Rnd(FirstSeed), Size)];

    private static IEnumerable<T> Draw<T>(Func<Random, T> make, int count) =>
        Enumerable.Range(FirstSeed, count).Select(seed => make(new Random(seed)));
}
