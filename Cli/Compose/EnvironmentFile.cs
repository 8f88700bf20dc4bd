namespace Warren.Cli.Compose;

/// <summary>Files of environment variables, one <c>NAME=VALUE</c> a line, as <c>env_file</c> and <c>.env</c> have them.</summary>
internal static class EnvironmentFile
{
    /// <summary>Reads one.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="expand">Puts values in the place of variables.</param>
    /// <param name="problem">Takes the number of a line that is none, and what is wrong with it.</param>
    /// <returns>The variables in their order; a name alone has no value.</returns>
    public static IEnumerable<(string Name, string? Value)> Read(IReadOnlyList<string> lines, Func<string, string> expand, Action<int, string> problem)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal)) line = line["export ".Length..].TrimStart();
            if (line.Length == 0 || line[0] == '#') continue;
            var at = line.IndexOf('=', StringComparison.Ordinal);
            var name = (at < 0 ? line : line[..at]).Trim();
            if (name.Length == 0 || name.Any(char.IsWhiteSpace)) problem(i + 1, $"must be NAME=VALUE, was '{line}'");
            else yield return (name, at < 0 ? null : Value(line[(at + 1)..].Trim(), expand));
        }
    }

    // Single quotes hold what is in them as it is; double quotes let variables and \n in; without quotes a comment ends the value.
    private static string Value(string text, Func<string, string> expand)
    {
        if (text.Length >= 2 && text[0] == '\'' && text.IndexOf('\'', 1) is > 0 and var single) return text[1..single];
        if (text.Length >= 2 && text[0] == '"' && text.LastIndexOf('"') is > 0 and var closing)
            return expand(text[1..closing].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal));
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return expand(comment < 0 ? text : text[..comment].TrimEnd());
    }
}
