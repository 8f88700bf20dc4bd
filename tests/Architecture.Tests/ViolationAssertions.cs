namespace Warren.Architecture.Tests;

internal static class ViolationAssertions
{
    /// <summary>Fails with all violations, a line each.</summary>
    public static void ShouldBeNone(this IEnumerable<string> violations)
    {
        var found = violations.Distinct().ToArray();
        if (found.Length != 0) Assert.Fail($"{found.Length} found:\n  {string.Join("\n  ", found)}");
    }
}
