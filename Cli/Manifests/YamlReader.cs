using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Warren.Cli.Manifests;

/// <summary>Reads the documents of a YAML text: scalars as they are written, aliases and merge keys (<c>&lt;&lt;</c>) resolved.</summary>
internal sealed class YamlReader
{
    // Deeper than anything that is meant, and shallower than the stack.
    private const int MaxDepth = 64;

    // An alias repeats what it stands for; a few that stand for each other would repeat it beyond all memory.
    private const int MaxNodes = 200_000;

    private readonly string _file;
    private readonly FileProblems _problems;
    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(string file, string text, FileProblems problems)
    {
        (_file, _problems) = (file, problems);
        _parser = new(new StringReader(text));
    }

    /// <summary>The documents that are not empty. A text that is no YAML has those before the mistake.</summary>
    /// <param name="file">What problems name.</param>
    /// <param name="text">The text.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IReadOnlyList<YamlNode> Read(string file, string text, FileProblems problems) => new YamlReader(file, text, problems).ReadAll();

    private static int LineOf(in Mark mark) => (int)mark.Line;

    private List<YamlNode> ReadAll()
    {
        var documents = new List<YamlNode>();
        try
        {
            _parser.MoveNext();
            while (_parser.MoveNext() && _parser.Current is DocumentStart)
            {
                _anchors.Clear();
                _parser.MoveNext();
                var document = ReadNode(0);
                if (document is not YamlScalar { IsNull: true }) documents.Add(document);
                _parser.MoveNext();
            }
        }
        catch (YamlException mistake)
        {
            _problems.Add(_file, LineOf(mistake.Start), "", $"is no YAML: {Sentence(mistake.Message)}");
        }

        return documents;
    }

    private static string Sentence(string message) => message.Length > 1 && char.IsUpper(message[0]) && !char.IsUpper(message[1])
        ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.')
        : message.TrimEnd('.');

    // The parser stands at the first event of the node, and at its last one afterwards.
    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        if (depth > MaxDepth) throw new YamlException(current.Start, current.End, $"Nested deeper than {MaxDepth}");
        var before = _nodes;
        CountTo(_nodes + 1);
        if (current is AnchorAlias alias)
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var known))
                throw new YamlException(current.Start, current.End, $"The alias '*{alias.Value.Value}' stands for nothing that comes before it");
            CountTo(_nodes + known.Size);
            return known.Node;
        }

        var anchor = ((NodeEvent)current).Anchor;
        YamlNode node = current switch
        {
            Scalar scalar => new YamlScalar(LineOf(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain),
            SequenceStart => ReadSequence(depth),
            _ => ReadMapping(depth),
        };
        if (!anchor.IsEmpty) _anchors[anchor.Value] = (node, _nodes - before);
        return node;
    }

    private void CountTo(int nodes)
    {
        _nodes = nodes;
        if (_nodes > MaxNodes) throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"More than {MaxNodes} values, aliases repeated");
    }

    private YamlSequence ReadSequence(int depth)
    {
        var line = LineOf(_parser.Current!.Start);
        var items = new List<YamlNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd) items.Add(ReadNode(depth + 1));
        return new(line, items);
    }

    private YamlMapping ReadMapping(int depth)
    {
        var line = LineOf(_parser.Current!.Start);
        var entries = new List<(YamlScalar Key, YamlNode Value)>();
        var merged = new List<(YamlScalar Key, YamlNode Value)>();
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            var keyLine = key.Line;
            _parser.MoveNext();
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar name) _problems.Add(_file, keyLine, "", "a name must be a word, was a list or mapping");
            else if (name is { Text: "<<", IsQuoted: false }) Merge(value, merged);
            else if (entries.Exists(entry => entry.Key.Text == name.Text)) _problems.Add(_file, keyLine, "", $"'{name.Text}' is given twice");
            else entries.Add((name, value));
        }

        // What stands in the mapping itself comes before what is merged into it.
        foreach (var (key, value) in merged)
        {
            if (!entries.Exists(entry => entry.Key.Text == key.Text)) entries.Add((key, value));
        }

        return new(line, entries);
    }

    private void Merge(YamlNode value, List<(YamlScalar Key, YamlNode Value)> merged)
    {
        foreach (var source in value is YamlSequence sequence ? sequence.Items : [value])
        {
            if (source is YamlMapping mapping) merged.AddRange(mapping.Entries);
            else _problems.Add(_file, source.Line, "", "'<<' must stand for a mapping, or a list of mappings");
        }
    }
}
