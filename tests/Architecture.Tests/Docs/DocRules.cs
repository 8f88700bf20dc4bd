using System.Globalization;
using System.Text.RegularExpressions;

namespace Warren.Architecture.Tests.Docs;

/// <summary>Rules over the documentation. Each returns its violations, one sentence each.</summary>
internal static partial class DocRules
{
    private static readonly string[] s_decisionHeadings = ["Context", "Decision", "Alternatives", "Consequences"];

    /// <summary>Decisions are numbered from 0001 without a gap, and nothing else is in their folder.</summary>
    public static IEnumerable<string> DecisionNumbers(IEnumerable<string> files)
    {
        var numbers = new List<int>();
        foreach (var file in files)
        {
            var name = DecisionName().Match(Path.GetFileName(file));
            if (name.Success) numbers.Add(int.Parse(name.Groups["number"].Value, CultureInfo.InvariantCulture));
            else yield return $"{file}: is not called NNNN-title.md";
        }

        foreach (var twice in numbers.GroupBy(number => number).Where(same => same.Count() > 1))
        {
            yield return $"decision {twice.Key:0000} exists {twice.Count()} times";
        }

        foreach (var missing in Enumerable.Range(1, numbers.DefaultIfEmpty().Max()).Except(numbers))
        {
            yield return $"decision {missing:0000} is missing";
        }
    }

    /// <summary>A decision says when, how it stands, and its four parts.</summary>
    public static IEnumerable<string> DecisionForm(string file, string text)
    {
        if (!DecisionDate().IsMatch(text)) yield return $"{file}: has no line '- Date: YYYY-MM-DD'";
        if (!DecisionStatus().IsMatch(text)) yield return $"{file}: has no line '- Status: proposed, accepted, or superseded by NNNN'";
        var headings = Markdown.Headings(text).ToHashSet();
        foreach (var heading in s_decisionHeadings.Where(heading => !headings.Contains(heading)))
        {
            yield return $"{file}: has no heading '{heading}'";
        }
    }

    /// <summary>Links into the tree lead to files, and their anchors to headings.</summary>
    /// <param name="file">The page, from the repository's root.</param>
    /// <param name="text">Its text.</param>
    /// <param name="read">The text of a file of the tree, "" for a folder, null where there is neither.</param>
    public static IEnumerable<string> Links(string file, string text, Func<string, string?> read)
    {
        foreach (var link in Markdown.Links(text).Where(link => !ExternalLink().IsMatch(link)))
        {
            var parts = link.Split('#', 2);
            var target = parts[0].Length == 0
                ? file
                : Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(file)!, parts[0].TrimEnd('/'))));
            var content = target == file ? text : read(target);
            if (content is null)
            {
                yield return $"{file}: links to {parts[0]}, which is not there";
            }
            else if (parts.Length == 2 && !Markdown.Anchors(content).Contains(parts[1]))
            {
                yield return $"{file}: links to {link}, which has no such heading";
            }
        }
    }

    /// <summary>Commands of the tree that a page tells to run: "./name" at the start of a line of code or of a code span.</summary>
    public static IEnumerable<string> Commands(string text) => Markdown.CodeLines(text).Concat(Markdown.CodeSpans(text))
        .Where(code => code.StartsWith("./", StringComparison.Ordinal) || code.StartsWith("scripts/", StringComparison.Ordinal))
        .Select(code => code.Split(' ')[0].Replace("./", "", StringComparison.Ordinal))
        .Where(name => !name.EndsWith('/'))
        .Distinct();

    public static IEnumerable<string> CommandFiles(string file, string text, Func<string, UnixFileMode?> mode)
    {
        foreach (var command in Commands(text))
        {
            switch (mode(command))
            {
                case null:
                    yield return $"{file}: tells to run {command}, which is not there";
                    break;
                case { } bits when !bits.HasFlag(UnixFileMode.UserExecute):
                    yield return $"{file}: tells to run {command}, which is not executable";
                    break;
            }
        }
    }

    [GeneratedRegex(@"^(?<number>\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md$")]
    private static partial Regex DecisionName();

    [GeneratedRegex(@"^- Date: \d{4}-\d{2}-\d{2}$", RegexOptions.Multiline)]
    private static partial Regex DecisionDate();

    [GeneratedRegex(@"^- Status: (proposed|accepted|superseded by \d{4})$", RegexOptions.Multiline)]
    private static partial Regex DecisionStatus();

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex ExternalLink();
}
