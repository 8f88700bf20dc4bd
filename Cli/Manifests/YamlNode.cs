namespace Warren.Cli.Manifests;

/// <summary>A part of a YAML document, with the line where it begins.</summary>
internal abstract record YamlNode(int Line);

/// <summary>A text, a number, a word; which of them, the field says that it is for.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Text">As it is written, without quotes.</param>
/// <param name="IsQuoted">Whether it was in quotes or a block, so that it is a text for sure.</param>
internal sealed record YamlScalar(int Line, string Text, bool IsQuoted) : YamlNode(Line)
{
    /// <summary>Whether it says nothing.</summary>
    public bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
internal sealed record YamlSequence(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);

/// <summary>Names and what they stand for, in their order.</summary>
internal sealed record YamlMapping(int Line, IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line)
{
    /// <summary>What a name stands for; null if it is not there.</summary>
    public YamlNode? Find(string key)
    {
        foreach (var (name, value) in Entries)
        {
            if (name.Text == key) return value;
        }

        return null;
    }
}
