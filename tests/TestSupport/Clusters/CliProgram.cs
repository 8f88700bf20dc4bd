namespace Warren.TestSupport.Clusters;

/// <summary>The command <c>warren</c>, as the build left it.</summary>
public static class CliProgram
{
    /// <summary>The path of <c>warren</c>.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Path { get; } = BuiltProgram.Find("Cli", "warren", isPublished: false);
}
