using FsCheck;
using FsCheck.Fluent;

namespace Orleans.Embedded.Tests.Testing;

/// <summary>Properties over generated samples. A failure names the seed, by which it can be run again.</summary>
internal static class Sampled
{
    private const int Size = 50;
    private static readonly Rnd s_seed = new(2026);

    /// <summary>Throws on the first sample for which <paramref name="property"/> throws, after shrinking where the type allows.</summary>
    public static void Check<T>(Gen<T> samples, Action<T> property, int count = 200) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(count),
        Prop.ForAll(samples.ToArbitrary(), property));

    /// <summary>Whether at least one of <paramref name="count"/> samples violates the property: for properties that must find a planted fault.</summary>
    public static bool Finds<T>(Gen<T> samples, Action<T> property, int count = 200)
    {
        foreach (var sample in Draw(samples, count))
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

    /// <summary>The share of samples of which <paramref name="claim"/> is true: shows that a generator makes what matters.</summary>
    public static double Share<T>(Gen<T> samples, Func<T, bool> claim, int count = 1000)
    {
        var drawn = Draw(samples, count);
        return (double)drawn.Count(claim) / drawn.Length;
    }

    /// <summary>The same samples each time: what is claimed of a generator does not hang on luck.</summary>
    public static T[] Draw<T>(Gen<T> samples, int count)
    {
        var drawn = Gen.Sample(samples, count, s_seed, Size).ToArray();
        // Both are numbers: were they exchanged, a few samples would have to prove what many are meant to.
        drawn.Length.ShouldBe(count);
        return drawn;
    }
}
