namespace Warren.Architecture.Tests.Sources;

/// <summary>Where each ban holds, and what to do instead.</summary>
internal static class Bans
{
    private static readonly string[] s_tests = ["tests/", "benchmarks/"];

    public static string Advice(Ban ban) => ban switch
    {
        Ban.Clock => "time comes from TimeProvider",
        Ban.NewGuid => "ids are made in named adapters only",
        Ban.Chance => "random choices take a seed",
        Ban.Sleep => "nothing sleeps; await the event",
        Ban.UnclockedWait => "the wait takes a TimeProvider",
        Ban.Blocking => "await it; a result may be read where the same member has seen IsCompleted",
        Ban.LeavesGrainScheduler => "a grain stays on its scheduler",
        _ => throw new ArgumentOutOfRangeException(nameof(ban), ban, "Unknown ban."),
    };

    /// <summary>Tests and benchmarks may make unique names, set real time limits and read results; the rest holds for them too.</summary>
    public static bool HoldsIn(Ban ban, string file) => ban switch
    {
        Ban.NewGuid or Ban.UnclockedWait or Ban.Blocking => !s_tests.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)),
        Ban.LeavesGrainScheduler => file.StartsWith("Grains/", StringComparison.Ordinal),
        _ => true,
    };
}
