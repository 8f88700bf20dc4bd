namespace Warren.Harness.Clusters;

/// <summary>Gives a process another clock than the machine's; its timers run as always.</summary>
public static class FakeTime
{
    /// <summary>The library that does it, of the package <c>libfaketime</c>.</summary>
    public static string Library => Directory.GetDirectories("/usr/lib").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).First(File.Exists);

    /// <summary>The variables of the process.</summary>
    /// <param name="offset">How far its clock is off, such as <c>-10m</c>.</param>
    public static IReadOnlyDictionary<string, string?> Variables(string offset) => new Dictionary<string, string?>
    {
        ["LD_PRELOAD"] = Library,
        ["FAKETIME"] = offset,
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1",
    };
}
