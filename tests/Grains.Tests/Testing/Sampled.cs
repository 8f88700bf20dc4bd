using FsCheck;
using FsCheck.Fluent;
using FsRandom = FsCheck.Rnd;

namespace Warren.Grains.Tests.Testing;

/// <summary>Properties over generated samples, with a fixed seed, so that every run tries the same.</summary>
internal static class Sampled
{
    private static readonly FsRandom s_seed = new(20260301, 1);

    /// <summary>Throws on the first sample for which <paramref name="property"/> throws, after shrinking where the type allows.</summary>
    public static void Check<T>(Gen<T> samples, Action<T> property, int count = 300) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(new Replay(s_seed, null)),
        Prop.ForAll(samples.ToArbitrary(), property));

    /// <summary>The share of samples of which <paramref name="claim"/> is true: shows that a generator makes what matters.</summary>
    public static double Share<T>(Gen<T> samples, Func<T, bool> claim, int count = 300)
    {
        var drawn = Draw(samples, count);
        return (double)drawn.Count(claim) / drawn.Count;
    }

    /// <summary>Whether a sample violates the property: for properties that must find a planted fault.</summary>
    public static bool Finds<T>(Gen<T> samples, Action<T> property, int count = 300)
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

    private static IReadOnlyList<T> Draw<T>(Gen<T> samples, int count) => [.. samples.Sample(50, count)];
}
