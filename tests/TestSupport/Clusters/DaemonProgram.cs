namespace Warren.TestSupport.Clusters;

/// <summary>Warren's daemon, as the build left it: published where it was.</summary>
public static class DaemonProgram
{
    /// <summary>The path of <c>warrend</c>.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Path { get; } = BuiltProgram.Find("Daemon", "warrend", isPublished: true);
}
