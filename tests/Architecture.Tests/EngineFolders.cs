namespace Warren.Architecture.Tests;

/// <summary>Where the embedded engine lives, and who may know that it is this one and not the official packages.</summary>
internal static class EngineFolders
{
    private const string Engine = "Orleans.Embedded/";

    private static readonly string[] s_itsTests = ["tests/Orleans.Embedded", "benchmarks/"];

    public static bool IsEngine(string path) => (path + "/").StartsWith(Engine, StringComparison.Ordinal);

    public static bool MayUseEngine(string path) =>
        IsEngine(path) || s_itsTests.Any(start => (path + "/").StartsWith(start, StringComparison.Ordinal));
}
