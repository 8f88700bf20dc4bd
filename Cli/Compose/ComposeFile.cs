using Warren.Cli.Manifests;

namespace Warren.Cli.Compose;

/// <summary>A compose file that is being read: where it is, what its variables are, and what was found wrong with it.</summary>
internal sealed class ComposeFile
{
    private readonly FileProblems _problems;
    private readonly ComposeInterpolation _interpolation;
    private readonly Dictionary<string, string?> _ownVariables = new(StringComparer.Ordinal);

    /// <summary>Begins; variables that the shell does not have are looked up in the file <c>.env</c> of the folder.</summary>
    /// <param name="name">The file, as problems name it.</param>
    /// <param name="folder">The folder that paths in it begin in.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="variable">The value of a variable of the shell; null if it is not set.</param>
    public ComposeFile(string name, string folder, FileProblems problems, Func<string, string?> variable)
    {
        (Name, Folder, _problems) = (name, folder, problems);
        Variable = wanted => variable(wanted) ?? _ownVariables.GetValueOrDefault(wanted);
        _interpolation = new(Variable);
        var file = Path.Combine(folder, ".env");
        if (!File.Exists(file)) return;
        foreach (var (key, value) in ReadVariables(file, "")) _ownVariables[key] = value;
    }

    public string Name { get; }

    public string Folder { get; }

    /// <summary>The value of a variable; null if it is not set.</summary>
    public Func<string, string?> Variable { get; }

    /// <summary>Notes what is wrong.</summary>
    public void Problem(int line, string field, string message) => _problems.Add(Name, line, field, message);

    /// <summary>Notes what keeps nothing from running.</summary>
    public void Note(int line, string field, string message) => _problems.Note(new(Name, line, field, message));

    /// <summary>A text with its variables.</summary>
    public string Expand(string text, int line, string field) => _interpolation.Apply(text, message => Problem(line, field, message), message => Note(line, field, message));

    /// <summary>A path that is written relative to the file, or to the home folder.</summary>
    public string PathOf(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? (Variable("HOME") ?? "") + path[1..] : Path.GetFullPath(Path.Combine(Folder, path));

    /// <summary>The variables of a file beside this one.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public List<(string Name, string? Value)> ReadVariables(string path, string field) => [.. EnvironmentFile.Read(
        File.ReadAllLines(path), text => Expand(text, 0, field), (line, message) => _problems.Add(path, line, field, message))];
}
