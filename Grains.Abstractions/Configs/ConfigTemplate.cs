using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Warren.Configs;

/// <summary>
/// The content of a config that is a template: text in which <c>{{node.hostname}}</c> and the like stand for what a task and its node are. A label that may be
/// missing has a default, <c>{{node.labels.zone | default "none"}}</c>; <c>{{"{{"}}</c> stands for the braces themselves. An expression ends on the line that it begins on.
/// </summary>
public sealed class ConfigTemplate
{
    /// <summary>More problems than these are counted only.</summary>
    private const int MaxProblems = 20;

    private const string Open = "{{", Close = "}}";

    private static readonly UTF8Encoding s_encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ImmutableArray<TemplatePart> _parts;

    private ConfigTemplate(ImmutableArray<TemplatePart> parts) => _parts = parts;

    /// <summary>Everything that is wrong with a content as a template, each with its line and column from 1; empty: it is one.</summary>
    public static ImmutableArray<string> Check(ReadOnlySpan<byte> content) => Read(content).Problems;

    /// <summary>Puts in what is known.</summary>
    /// <returns>The content; or what is wrong: a label that the node or the service lacks, or more than <see cref="ConfigSpec.MaxSize"/> bytes.</returns>
    public static ConfigExpansion Expand(ReadOnlySpan<byte> content, ConfigFacts facts)
    {
        var (template, problems) = Read(content);
        return template is null ? new(default, problems) : template.Expand(facts);
    }

    private static (ConfigTemplate? Template, ImmutableArray<string> Problems) Read(ReadOnlySpan<byte> content)
    {
        string text;
        try
        {
            text = s_encoding.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return (null, ["must be UTF-8 text, since it is a template"]);
        }

        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var problems = new List<string>();
        var (at, line, lineStart) = (0, 1, 0);
        while (true)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open < 0) break;
            for (int end; (end = text.IndexOf('\n', lineStart, open - lineStart)) >= 0; lineStart = end + 1) line++;
            var place = string.Create(CultureInfo.InvariantCulture, $"line {line}, column {open - lineStart + 1}");
            parts.Add(new(text[at..open], null, null, ""));
            var close = EndOf(text, open + Open.Length);
            if (close < 0)
            {
                problems.Add($"{place}: '{Open}' is not closed on its line; for the braces themselves write {Open}\"{Open}\"{Close}");
                at = open + Open.Length;
                continue;
            }

            var (part, problem) = TemplateField.Read(text[(open + Open.Length)..close].Trim(), place);
            if (problem is null) parts.Add(part);
            else problems.Add($"{place}: {problem}");
            at = close + Close.Length;
        }

        parts.Add(new(text[at..], null, null, ""));
        return problems.Count == 0 ? (new(parts.ToImmutable()), []) : (null, Bounded(problems));
    }

    // The closing braces, on the same line and not within quotes.
    private static int EndOf(string text, int from)
    {
        var isQuoted = false;
        for (var i = from; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '"') isQuoted = !isQuoted;
            else if (!isQuoted && text.AsSpan(i).StartsWith(Close, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    private static ImmutableArray<string> Bounded(List<string> problems) => problems.Count <= MaxProblems
        ? [.. problems]
        : [.. problems.Take(MaxProblems), string.Create(CultureInfo.InvariantCulture, $"and {problems.Count - MaxProblems} more")];

    private ConfigExpansion Expand(ConfigFacts facts)
    {
        var text = new StringBuilder();
        var problems = new List<string>();
        foreach (var part in _parts)
        {
            text.Append(part.Text);
            if (part.Value is null) continue;
            if ((part.Value(facts) ?? part.Default) is { } value) text.Append(value);
            else problems.Add(part.Missing);
        }

        if (problems.Count > 0) return new(default, Bounded(problems));
        var size = s_encoding.GetByteCount(text.ToString());
        return size > ConfigSpec.MaxSize
            ? new(default, [string.Create(CultureInfo.InvariantCulture, $"it must be at most {ConfigSpec.MaxSize} bytes once its fields are filled in, was {size}")])
            : new(s_encoding.GetBytes(text.ToString()), []);
    }
}
