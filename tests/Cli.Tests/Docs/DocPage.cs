using System.Runtime.CompilerServices;

namespace Warren.Cli.Tests.Docs;

/// <summary>A page of which the end is made from the code.</summary>
internal static class DocPage
{
    private const string Mark = "<!-- From here on made from the code: scripts/refresh-docs -->\n";

    /// <summary>Compares the end with what the code says. With WARREN_REFRESH_DOCS=1, which scripts/refresh-docs sets, it is put in its place.</summary>
    /// <param name="name">The page's file in <c>docs</c>.</param>
    /// <param name="text">What the code says.</param>
    public static void ShouldEndWith(string name, string text)
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs", name);
        var page = File.ReadAllText(path).Split(Mark);
        page.Length.ShouldBe(2, $"docs/{name} has no line {Mark}");
        if (Environment.GetEnvironmentVariable("WARREN_REFRESH_DOCS") == "1") File.WriteAllText(path, page[0] + Mark + text);
        else page[1].ShouldBe(text, $"docs/{name} is stale; scripts/refresh-docs writes it anew");
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
