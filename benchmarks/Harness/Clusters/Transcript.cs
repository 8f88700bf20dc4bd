namespace Warren.Harness.Clusters;

/// <summary>Where the output of processes goes when a test is looked into: the folder that <c>WARREN_TEST_LOGS</c> names.</summary>
internal static class Transcript
{
    private static readonly Lock s_gate = new();

    /// <summary>A sink for the lines of one process.</summary>
    public static Action<string>? Of(string name)
    {
        if (Environment.GetEnvironmentVariable("WARREN_TEST_LOGS") is not { Length: > 0 } folder) return null;
        var file = Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(name)) + "-" + Path.GetFileName(name));
        return line =>
        {
            lock (s_gate) File.AppendAllLines(file, [line]);
        };
    }
}
