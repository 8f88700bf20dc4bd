using System.Globalization;
using Warren.Cli.Errors;
using Warren.Cli.Manifests;
using Warren.Cli.Running;

namespace Warren.Cli.Compose;

/// <summary>A value of a compose file, and where it stands. What it should be and is not is noted, and then it reads as nothing.</summary>
internal sealed record ComposeValue(ComposeFile File, YamlNode Node, string Path)
{
    /// <summary>Whether it says nothing.</summary>
    public bool IsNothing => Node is YamlScalar { IsNull: true };

    public bool IsList => Node is YamlSequence;

    public bool IsMapping => Node is YamlMapping;

    /// <summary>Notes what is wrong with it.</summary>
    public void Problem(string message) => File.Problem(Node.Line, Path, message);

    /// <summary>Its text.</summary>
    public string? Text()
    {
        if (Node is YamlScalar scalar) return File.Expand(scalar.Text, scalar.Line, Path);
        Problem("must be one value");
        return null;
    }

    /// <summary>Does something with its text, and notes if that is refused.</summary>
    public void Use(Action<string> use)
    {
        if (Text() is not { } text) return;
        try
        {
            use(text);
        }
        catch (CliException wrong)
        {
            Problem(wrong.Message.TrimStart(':', ' '));
        }
    }

    /// <summary>Whether it is yes.</summary>
    public bool Yes()
    {
        var isYes = false;
        Use(text => isYes = text switch
        {
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => throw Values.Wrong("", "true or false", text),
        });
        return isYes;
    }

    /// <summary>Its items.</summary>
    public IEnumerable<ComposeValue> Items()
    {
        if (IsNothing) return [];
        if (Node is YamlSequence sequence) return sequence.Items.Select((item, i) => this with { Node = item, Path = string.Create(CultureInfo.InvariantCulture, $"{Path}[{i}]") });
        Problem("must be a list");
        return [];
    }

    /// <summary>Itself if it is one value, its items if it is a list.</summary>
    public IEnumerable<ComposeValue> OneOrMany() => Node is YamlScalar && !IsNothing ? [this] : Items();

    /// <summary>The texts of its items, or its own.</summary>
    public IEnumerable<string> Texts() => OneOrMany().Select(item => item.Text()).OfType<string>();

    /// <summary>Words: those of a list as they are, a text as a shell parts it.</summary>
    public IReadOnlyList<string> Words()
    {
        if (Node is not YamlScalar) return [.. Items().Select(item => item.Text()).OfType<string>()];
        IReadOnlyList<string> words = [];
        Use(text => words = [.. Values.Words("", text)]);
        return words;
    }

    /// <summary>What its names stand for, whatever they are.</summary>
    public IEnumerable<(string Name, ComposeValue Value)> Names()
    {
        if (IsNothing) return [];
        if (Node is YamlMapping mapping) return mapping.Entries.Select(entry => (entry.Key.Text, this with { Node = At(entry.Value, entry.Key.Line), Path = Join(entry.Key.Text) }));
        Problem("must be a mapping");
        return [];
    }

    /// <summary>The keys of a section that are carried out; the others are noted or refused.</summary>
    public IEnumerable<(string Key, ComposeValue Value)> Keys(string section)
    {
        var known = ComposeKeys.Sections[section];
        foreach (var (name, value) in Names().Where(pair => !pair.Name.StartsWith("x-", StringComparison.Ordinal)))
        {
            var key = known.FirstOrDefault(key => key.Name == name);
            if (key is null)
            {
                var meant = Suggestions.For(name, known.Select(candidate => candidate.Name));
                value.Problem($"is no key of compose files{(meant is null ? "" : $"; did you mean '{meant}'?")}");
            }
            else if (key.Support == ComposeSupport.Refused)
            {
                value.Problem($"is not supported: {key.Remark}");
            }
            else if (key.Support == ComposeSupport.Noted)
            {
                File.Note(value.Node.Line, value.Path, $"has no effect: {key.Remark}");
            }
            else if (!value.IsNothing || section is "services.*" or "(file)")
            {
                yield return (name, value);
            }
        }
    }

    /// <summary>Pairs: a mapping, or a list of <c>NAME=VALUE</c>.</summary>
    /// <param name="separators">What parts name and value in a list.</param>
    /// <returns>Without a value where only a name is given.</returns>
    public IEnumerable<(string Name, string? Value, ComposeValue At)> Pairs(params char[] separators)
    {
        if (Node is YamlMapping) return Names().Select(pair => (pair.Name, pair.Value.IsNothing ? null : pair.Value.Text(), pair.Value)).ToList();
        return Items().Select(item => (item.Text() ?? "", item)).Select(pair =>
        {
            var at = pair.Item1.IndexOfAny(separators.Length == 0 ? ['='] : separators);
            return at < 0 ? (pair.Item1, (string?)null, pair.item) : (pair.Item1[..at], pair.Item1[(at + 1)..], pair.item);
        }).Where(pair => pair.Item1.Length > 0).ToList();
    }

    // A value that begins on a later line is found at its name.
    private static YamlNode At(YamlNode node, int line) => node is YamlScalar scalar ? scalar with { Line = line } : node;

    private string Join(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
