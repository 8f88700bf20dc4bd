using System.Text;
using System.Text.RegularExpressions;

namespace Warren.Architecture.Tests.Docs;

/// <summary>The few things of Markdown that the rules look at.</summary>
internal static partial class Markdown
{
    /// <summary>Targets of links and images, outside code.</summary>
    public static IEnumerable<string> Links(string text) => Link().Matches(WithoutCode(text)).Select(match => match.Groups["target"].Value);

    public static IEnumerable<string> Headings(string text) =>
        Heading().Matches(WithoutFences(text)).Select(match => match.Groups["title"].Value.Trim());

    /// <summary>The names under which headings can be linked, as GitHub makes them; a repeated one gets a number.</summary>
    public static IReadOnlySet<string> Anchors(string text)
    {
        var anchors = new HashSet<string>();
        foreach (var heading in Headings(text))
        {
            var kept = heading.ToLowerInvariant().Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_');
            var name = string.Concat(kept).Replace(' ', '-');
            var unique = name;
            for (var number = 1; !anchors.Add(unique); number++) unique = $"{name}-{number}";
        }

        return anchors;
    }

    /// <summary>Lines of fenced code blocks.</summary>
    public static IEnumerable<string> CodeLines(string text)
    {
        var fenced = false;
        foreach (var line in text.Split('\n'))
        {
            if (IsFence(line)) fenced = !fenced;
            else if (fenced) yield return line.Trim();
        }
    }

    /// <summary>Text between single backquotes, outside fences.</summary>
    public static IEnumerable<string> CodeSpans(string text) =>
        CodeSpan().Matches(WithoutFences(text)).Select(match => match.Groups["code"].Value);

    private static string WithoutCode(string text) => CodeSpan().Replace(WithoutFences(text), "");

    private static string WithoutFences(string text)
    {
        var kept = new StringBuilder();
        var fenced = false;
        foreach (var line in text.Split('\n'))
        {
            if (IsFence(line)) fenced = !fenced;
            else if (!fenced) kept.Append(line).Append('\n');
        }

        return kept.ToString();
    }

    private static bool IsFence(string line) => line.TrimStart().StartsWith("```", StringComparison.Ordinal);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("`(?<code>[^`\n]+)`")]
    private static partial Regex CodeSpan();
}
